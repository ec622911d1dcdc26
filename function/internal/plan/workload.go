package plan

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Declared workload is what the claim says about a workload, without the observed
// state.
type Declared struct {
	*v1alpha1.Container
	// Serving is nil for a workload without a load balancer.
	*v1alpha1.Serving

	// Sidecars run beside its container.
	Sidecars []v1alpha1.Sidecar

	// Name in AWS and in keys.
	Name string
	// Image of its container.
	Image string
	// Field is the claim's field that declares it: spec.frontend.
	Field string
	Kind  v1alpha1.WorkloadKind
	// Port that the container listens on.
	Port int32
	// Protocol is what its load balancer speaks with it. Empty is HTTP1.
	Protocol v1alpha1.Protocol
	// Service is the name of one of the claim's further services. It is empty for all other
	// workloads.
	Service string
	// Data tells whether it reaches the database, the queues and the bucket.
	Data bool
	// Expose chooses the requests of viewers that it gets beside what its kind gets. It is nil
	// where it gets none.
	Expose *v1alpha1.Expose
	// CPU in units of 1/1024 vCPU, and Memory in MiB.
	CPU, Memory int32
	// StickySeconds is how long a client is sent to the same task. 0 is off.
	StickySeconds int32
	// Scaling has the bounds of the number of tasks, and the targets. A target of 0 is none.
	Scaling v1alpha1.Scaling
	// Deployment is how many tasks run during a deployment.
	Deployment v1alpha1.Deployment
	// Queue that it takes its work from, if it has one, and the number of messages for each
	// task that scaling aims at.
	Queue   string
	Backlog int32
	// Release is the command that runs once for each of its images. It is nil where there
	// is none.
	Release *v1alpha1.Release
	// Schedule is what starts its tasks. It is nil for a workload that always runs.
	Schedule *v1alpha1.Schedule
}

// DeclaredIn returns the workloads that a claim declares.
func DeclaredIn(c *v1alpha1.KashaClaim) []Declared {
	f, b := &c.Spec.Frontend, &c.Spec.Backend
	out := []Declared{
		{
			Container: &f.Container, Serving: &f.Serving, Name: frontend, Image: f.Image, Field: "spec.frontend",
			Kind: v1alpha1.WorkloadWeb, Port: f.Port, CPU: f.CPU, Memory: f.Memory, StickySeconds: f.StickySeconds,
			Scaling: f.Scaling, Deployment: f.Deployment, Sidecars: f.Sidecars, Release: f.Release,
		},
		{
			Container: &b.Container, Serving: &b.Serving, Name: backend, Image: b.Image, Field: "spec.backend",
			Kind: v1alpha1.WorkloadInternal, Port: b.Port, CPU: b.CPU, Memory: b.Memory,
			Scaling: b.Scaling, Deployment: b.Deployment, Sidecars: b.Sidecars, Release: b.Release,
			Data: true, Expose: b.Expose,
		},
	}
	for i := range c.Spec.Services {
		out = append(out, extra(&c.Spec.Services[i]))
	}
	for i := range c.Spec.Workers {
		out = append(out, worker(c, i))
	}
	for i := range c.Spec.Schedules {
		out = append(out, schedule(c, i))
	}
	return out
}

// backend is the name of the workload that workers and schedules share their image and
// permissions with. Services without data share the frontend's place in the network.
const frontend, backend = "frontend", "backend"

// Targets of a worker's scaling, where the claim has none.
const (
	usualBacklog = 10
	usualCPU     = 70
)

// workerPrefix keeps a worker apart from the services and the schedules, whatever its name in
// the claim.
const workerPrefix = "worker-"

func worker(c *v1alpha1.KashaClaim, i int) Declared {
	w := &c.Spec.Workers[i]
	d := Declared{
		Container: &w.Container, Name: workerPrefix + w.Name, Image: cmp.Or(w.Image, c.Spec.Backend.Image),
		Field: "spec.workers[" + w.Name + "]", Kind: v1alpha1.WorkloadWorker,
		CPU: w.CPU, Memory: w.Memory, Queue: w.Queue, Sidecars: w.Sidecars, Data: true,
		Scaling: v1alpha1.Scaling{Min: w.Scaling.Min, Max: w.Scaling.Max, CPU: ptr.Deref(w.Scaling.CPU, 0)},
	}
	switch {
	case d.Queue != "":
		d.Backlog = ptr.Deref(w.Scaling.BacklogPerTask, usualBacklog)
	case d.Scaling.CPU == 0:
		d.Scaling.CPU = usualCPU
	}
	return d
}

// stopSeconds is how long a task may take to stop. A worker has until its message becomes
// visible to others.
func (d Declared) stopSeconds(queues []v1alpha1.Queue) int32 {
	if d.StopSeconds != nil {
		return *d.StopSeconds
	}
	if d.Serving != nil {
		return clamp(d.DrainSeconds)
	}
	for _, q := range queues {
		if q.Name == d.Queue {
			return clamp(q.VisibilityTimeoutSeconds)
		}
	}
	return maxStop
}

// minStop and maxStop are Fargate's bounds of the seconds between the request to stop a
// container and its being killed. A timeout of 0 would kill even containers that stop on
// request.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
const minStop, maxStop = 2, 120

func clamp(seconds int32) int32 { return min(max(seconds, minStop), maxStop) }

// A Workload is something that runs in containers.
type Workload struct {
	Declared

	// Group is the key of the security group of its tasks. OwnGroup tells whether the
	// group is the workload's own, and not the backend's.
	Group    stack.Key
	OwnGroup bool
	// Repository tells whether the claim has a repository for its images.
	Repository bool
	// Condition of the claim that its resources count for.
	Condition string
	// Subnets that its tasks run in.
	Subnets v1alpha1.SubnetTier
	// Ways are those of requests to it. It is empty for a workload without a load balancer.
	Ways []Way
	// Left are the ways that it no longer has, but that its tasks may still be registered for.
	Left []Way
	// StopTimeout is how many seconds a container has between the request to stop and being
	// killed.
	StopTimeout int32
	// Role tells whether its containers have the task role. Without it they have no
	// permissions in AWS.
	Role bool
	// OwnRole tells whether its tasks have a role of their own, with all that the task role
	// would allow them.
	OwnRole bool
	// Awaits are the releases of its image, which may be those of other workloads.
	Awaits []*Release
	// Uses are the bindings that it has.
	Uses []Binding
	// Before is its entry in the claim's status before this pass.
	Before v1alpha1.ServiceStatus
	// Rollout is the state of its service.
	Rollout rollout.State
	// Errors tells whether ECS is to roll back a version whose requests fail.
	Errors ErrorWatch
}

// Names of the load balancers.
const (
	PublicBalancer   = "public"
	InternalBalancer = "internal"
)

// A Balancer is an application load balancer.
type Balancer struct {
	// Name in its keys and alarms.
	Name string
	// Suffix of its name in AWS.
	Suffix string
	// Internal tells whether its addresses are private. It is immutable.
	Internal bool
	Subnets  v1alpha1.SubnetTier
	// Groups are its security groups. The first one allows its connections to targets.
	Groups []stack.Key
	// IdleSeconds is how long a connection may be silent.
	IdleSeconds int32
	Purpose     string
}

const (
	// defaultIdle is AWS's default.
	defaultIdle = 60
	// idleMargin is how much longer the load balancer waits than CloudFront. CloudFront
	// then reports a slow answer, and never writes into a connection that the load
	// balancer has just closed.
	idleMargin = 10
)

// idleSeconds is how long a connection of a load balancer may be silent. The frontend waits for the backend while
// CloudFront waits for the frontend, so both load balancers outlast CloudFront.
func idleSeconds(claimed *int32, e v1alpha1.Edge) int32 {
	if claimed != nil {
		return *claimed
	}
	return max(defaultIdle, e.OriginReadTimeoutSeconds+idleMargin, e.OriginKeepAliveSeconds+idleMargin)
}

// Key of the load balancer.
func (b Balancer) Key() stack.Key { return keys.Balancer(b.Name) }

// publicBalancer is the load balancer that viewers reach through CloudFront.
func publicBalancer(e Entrance) Balancer {
	b := Balancer{
		Name: PublicBalancer, Suffix: "public",
		Subnets: v1alpha1.SubnetPublic,
		Groups:  []stack.Key{keys.PublicGroup, keys.PublicHTTPSGroup},
		Purpose: "Distributes requests from CloudFront to the frontend tasks.",
	}
	if e.VPCOrigin {
		b.Suffix, b.Internal, b.Subnets = frontend, true, v1alpha1.SubnetFrontend
	}
	return b
}

// internalBalancer is the load balancer that other workloads reach.
func internalBalancer() Balancer {
	return Balancer{
		Name: InternalBalancer, Suffix: "internal",
		Internal: true,
		Subnets:  v1alpha1.SubnetBackend,
		Groups:   []stack.Key{keys.InternalGroup},
		Purpose:  "Distributes requests from the frontend to the backend tasks.",
	}
}

// rollouts are the states of the declared workloads that always run, by name.
func rollouts(s *stack.Stack, declared []Declared) map[string]rollout.State {
	out := map[string]rollout.State{}
	for _, d := range declared {
		if d.Schedule == nil {
			out[d.Name] = rollout.Observe(s, d.Name, proves(s.Claim))
		}
	}
	return out
}

// addWorkloads adds the plan's workloads and schedules. The plan must already have its
// bindings.
func (p *Plan) addWorkloads(declared []Declared) {
	for _, d := range declared {
		w := p.workload(d)
		if d.Schedule != nil {
			p.Schedules = append(p.Schedules, w)
			continue
		}
		w.Rollout, w.Before = p.states[d.Name], before(p.Claim, d.Name)
		w.Errors = p.errorWatch(d)
		p.Workloads = append(p.Workloads, w)
	}
	p.all = slices.Clip(slices.Concat(p.Workloads, p.Schedules))
	for i := range p.all {
		for _, c := range p.all[i].Parts() {
			p.parts = append(p.parts, WorkloadPart{c, &p.all[i]})
		}
	}
}

// workload is a workload with what its kind decides.
func (p *Plan) workload(d Declared) Workload {
	w := Workload{
		Declared: d, StopTimeout: d.stopSeconds(p.Claim.Spec.Queues),
		Group: keys.WorkloadGroup(d.Name), OwnGroup: true, Repository: true, OwnRole: d.needsRole(),
	}
	w.Subnets, w.Role = v1alpha1.SubnetFrontend, d.Data
	if d.Data {
		w.Subnets = v1alpha1.SubnetBackend
	}
	w.Condition = conditionOf(d)
	if like := d.placedLike(); like != d.Name {
		w.Group, w.OwnGroup, w.Repository = keys.WorkloadGroup(like), false, false
	}
	w.Ways, w.Left = p.ways(d)
	for _, b := range p.Bindings {
		if b.Serves(d) {
			w.Uses = append(w.Uses, b)
		}
	}
	for _, r := range p.Releases {
		if r.Image == d.Image {
			w.Awaits = append(w.Awaits, r)
		}
	}
	return w
}

// conditionOf is the condition of the claim that a workload's resources count for.
func conditionOf(d Declared) string {
	switch {
	case d.Service != "":
		return v1alpha1.ConditionServices
	case d.Schedule != nil:
		return v1alpha1.ConditionSchedules
	case d.Kind == v1alpha1.WorkloadWorker:
		return v1alpha1.ConditionWorkers
	case d.Kind == v1alpha1.WorkloadWeb:
		return v1alpha1.ConditionFrontend
	}
	return v1alpha1.ConditionBackend
}

// placedLike is the workload whose security group a workload's tasks have.
func (d Declared) placedLike() string {
	if d.Data {
		return backend
	}
	return frontend
}

// before returns a workload's entry in the claim's status.
func before(c *v1alpha1.KashaClaim, name string) v1alpha1.ServiceStatus {
	for _, s := range c.Status.Services {
		if s.Name == name {
			return s
		}
	}
	return v1alpha1.ServiceStatus{Name: name}
}

// Served tells whether a load balancer sends requests to the workload.
func (d Declared) Served() bool { return d.Serving != nil }

// Title is the workload's name at the beginning of a sentence.
func (d Declared) Title() string { return strings.ToUpper(d.Name[:1]) + d.Name[1:] }

// A Variable is an environment variable that Kasha sets.
type Variable struct {
	Name string
	// Value may contain tokens. If it is empty, the variable is not set in this pass, but
	// its name stays reserved.
	Value string
}

// Variables are the environment variables that Kasha sets. A claim cannot use their names.
func (w Workload) Variables(region string) []Variable {
	out := []Variable{{"AWS_REGION", region}}
	for _, b := range w.Uses {
		out = append(out, b.Variables()...)
	}
	out = append(out, Variable{restartVariable, w.Restart})
	if w.Queue != "" {
		out = append(out, Variable{"QUEUE_URL", stack.Await(keys.Queue(w.Queue), "url")})
	}
	return out
}

// restartVariable has the text that the claim changes to start all tasks anew.
const restartVariable = "KASHA_RESTART"

// Late are the environment variables that reach the workload with its next version: by
// themselves they make none.
func (w Workload) Late() []Variable {
	var out []Variable
	for _, b := range w.Uses {
		for _, v := range b.Late() {
			_, own := w.ownPool()
			if (w.Service == "" || v.Name != ServiceVariable(w.Service)) && (v.Name != PoolVariable || !own) {
				out = append(out, v)
			}
		}
	}
	return out
}

// Told are the late variables that an observed version of a workload has, also those of
// services that the claim no longer has.
func (w Workload) Told(version containers.Container) []Variable {
	late := map[string]bool{}
	for _, v := range w.Late() {
		late[v.Name] = true
	}
	var out []Variable
	for _, v := range version.Environment {
		_, own := w.Env[v.Name]
		if !own && (late[v.Name] || LateURL(v.Name, v.Value)) {
			out = append(out, Variable{v.Name, v.Value})
		}
	}
	return out
}

// ErrorMetric is the name of the metric that counts errors in the workload's log.
func (w Workload) ErrorMetric() string { return w.Title() + "Errors" }

// Gates hold back the workload's service until its first task can start. Otherwise the
// task would fail, and with it the first deployment.
func (w Workload) Gates() []stack.Option {
	var out []stack.Option
	if _, policies := w.RoleKeys(); len(policies) > 0 {
		out = append(out, stack.After(policies...))
	}
	for _, b := range w.Uses {
		out = append(out, b.Gates()...)
	}
	return out
}

// readers are the workloads that read the database's secret. A run of a schedule reads it
// when it starts.
func readers(s *stack.Stack, declared []Declared, states map[string]rollout.State) []credentials.Reader {
	var out []credentials.Reader
	for _, d := range declared {
		if (databaseBinding{}).Serves(d) && d.Schedule == nil {
			out = append(out, reader(s, d.Name, states[d.Name]))
		}
	}
	return out
}

// reader returns which revision of the credentials a workload's tasks were started with.
func reader(s *stack.Stack, name string, state rollout.State) credentials.Reader {
	_, exists := s.Observed(keys.Service(name))
	c, known := rollout.Container(s, state.Current)
	told, _ := c.Value(revisionVariable)
	return credentials.Reader{
		Exists:   exists,
		Settled:  known && state.Running != "" && state.Running == state.Wanted,
		Revision: credentials.ParseRevision(told),
	}
}

// Containers returns everything that runs in containers: the workloads and the schedules.
func (p *Plan) Containers() []Workload { return p.all }

// Parts returns the containers of all of them.
func (p *Plan) Parts() []WorkloadPart { return p.parts }

// Served returns the workloads that a load balancer sends requests to.
func (p *Plan) Served() []Workload {
	return slices.DeleteFunc(slices.Clone(p.Workloads), func(w Workload) bool { return !w.Served() })
}

// Workload returns the workload with this name, and false where there is none.
func (p *Plan) Workload(name string) (Workload, bool) {
	i := slices.IndexFunc(p.Workloads, func(w Workload) bool { return w.Name == name })
	if i < 0 {
		return Workload{}, false
	}
	return p.Workloads[i], true
}
