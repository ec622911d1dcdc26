package service

import (
	"strings"

	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// service keeps tasks running behind the load balancer. When the task definition
// changes, ECS starts new tasks first, stops the old ones once the new ones are
// healthy, and rolls back if the new ones do not become healthy.
//
// Scaling decides how many tasks run. So the count is set only at creation, and the
// provider must not write the count that it observes into the spec.
func service(s *stack.Stack, p *plan.Plan, w plan.Workload, today stack.Key) {
	key := keys.Service(w.Name)
	v := choose(s, w, today)
	opts := append(deployable(p, w), stack.ExternalName(w.Name), stack.NoLateInitialize())
	params := ecs.ServiceParameters{
		Region:                   &s.Region,
		Cluster:                  ptr.To(s.ID),
		TaskDefinition:           &v.taskDefinition,
		PlatformVersion:          ptr.To("LATEST"),
		CapacityProviderStrategy: strategy(w.Spot),
		// The provider changes a strategy only with a new deployment, and treats
		// the first strategy as a change.
		ForceNewDeployment:              ptr.To(true),
		AvailabilityZoneRebalancing:     ptr.To("ENABLED"),
		DeploymentMinimumHealthyPercent: percent(w.Deployment.MinHealthyPercent, whole),
		DeploymentMaximumPercent:        percent(w.Deployment.MaxPercent, twice),
		DeploymentCircuitBreaker: &ecs.DeploymentCircuitBreakerParameters{
			Enable: ptr.To(true), Rollback: ptr.To(true),
		},
		WaitForSteadyState:   ptr.To(waits(s, p, w, v, today)),
		EnableExecuteCommand: ptr.To(shells(s, w, today, v)),
		EnableEcsManagedTags: ptr.To(true),
		PropagateTags:        ptr.To("SERVICE"),
		NetworkConfiguration: &ecs.ServiceNetworkConfigurationParameters{
			AssignPublicIP:    ptr.To(false),
			SubnetRefs:        s.Refs(p.Network.Subnets(w.Subnets)...),
			SecurityGroupRefs: s.Refs(w.Group),
		},
		Alarms: rollbackAlarms(s, p, w),
		Tags:   s.Tags(key),
	}
	if w.Served() {
		params.HealthCheckGracePeriodSeconds = ptr.To(float64(w.HealthCheck.GraceSeconds))
		params.LoadBalancer = registrations(s, w, v.port)
	}
	arn, _ := s.Status(today, "arn")
	opts = append(opts, stack.Annotation(v1alpha1.AnnotationRollout, w.Rollout.Next(arn).String()))
	s.Add(key, "Keeps the "+w.Name+"'s tasks running.", &ecs.Service{Spec: ecs.ServiceSpec{
		InitProvider: ecs.ServiceInitParameters{DesiredCount: ptr.To(float64(w.Scaling.Min))},
		ForProvider:  params,
	}}, opts...)
}

// shells tells whether people may open a shell in the tasks of a version. ECS refuses that for
// one whose tasks have no role, so it changes together with the version.
func shells(s *stack.Stack, w plan.Workload, today stack.Key, v version) bool {
	if _, known := s.Status(today, "arn"); known && v.taskDefinition == stack.ARN(today) {
		return w.Exec
	}
	if o, ok := s.Observed(rollout.KeyOf(s, w.Name, v.taskDefinition)); ok {
		if _, has := stack.Text(o, "spec", "forProvider", "taskRoleArn"); !has {
			return false
		}
	}
	if o, ok := s.Observed(keys.Service(w.Name)); ok {
		now, _ := o.Lookup("spec", "forProvider", "enableExecuteCommand")
		if on, known := now.(bool); known {
			return on
		}
	}
	return w.Exec
}

// rollbackAlarms are what ECS watches during a deployment. The provider ignores a service
// without them, so they are turned off before they go.
func rollbackAlarms(s *stack.Stack, p *plan.Plan, w plan.Workload) *ecs.AlarmsParameters {
	if w.Errors == plan.ErrorsIgnored {
		return nil
	}
	on := ptr.To(w.Errors == plan.ErrorsWatched)
	name := s.Name(plan.RollbackAlarm(w.Name), plan.LimitAlarm)
	return &ecs.AlarmsParameters{AlarmNames: []*string{&name}, Enable: on, Rollback: on}
}

// registrations are the target groups that ECS registers the service's tasks in. ECS refuses
// one that belongs to no load balancer yet. Until a service that moves to another load
// balancer can be registered there, it stays where it is, and until a further way is open, the
// service does without it.
func registrations(s *stack.Stack, w plan.Workload, port float64) []ecs.LoadBalancerParameters {
	var out []ecs.LoadBalancerParameters
	for i, way := range w.Ways {
		group := stack.ARN(way.TargetGroup)
		_, exists := s.Observed(keys.Service(w.Name))
		switch open := way.Listed || !exists || s.Ready(way.Admitted[0]); {
		case open:
		case i > 0:
			continue
		default:
			group = stack.Unknown("its way through " + s.ObjectName(way.Admitted[0]))
		}
		out = append(out, ecs.LoadBalancerParameters{
			ContainerName: &w.Name, ContainerPort: &port, TargetGroupArn: &group,
		})
	}
	return out
}

// deployable are the gates of a service. A first deployment whose tasks cannot start has no
// version to roll back to, and nothing else tells how it ends but the runner.
func deployable(p *plan.Plan, w plan.Workload) []stack.Option {
	out := startable(p, w)
	for _, way := range w.Ways {
		out = append(out, stack.After(way.Admitted[0]))
	}
	if w.ErrorPercent() > 0 {
		out = append(out, stack.After(keys.Alarm(plan.RollbackAlarm(w.Name))))
	}
	if p.Proves() {
		out = append(out, stack.After(keys.RunnerFunction))
	}
	return out
}

// startable are the gates without which a workload's tasks could not start.
func startable(p *plan.Plan, w plan.Workload) []stack.Option {
	return append([]stack.Option{
		stack.After(keys.ClusterCapacity, keys.RolePolicy(keys.Execution), keys.LogGroup(w.Name)),
		stack.After(p.Network.Reach()...),
	}, w.Gates()...)
}

// twice is all of a service's tasks two times, in percent.
const twice = 2 * whole

// percent is the claim's value. A claim of an older XRD has none.
func percent(claimed *int32, otherwise int32) *float64 {
	return ptr.To(float64(ptr.Deref(claimed, otherwise)))
}

// A version is what the service's spec asks to run. The port belongs to the task
// definition: ECS refuses a port that the task definition does not have.
type version struct {
	taskDefinition string
	port           float64
}

// choose decides which version the service's spec asks for.
//
// It is today's task definition, unless that has failed. Then ECS has rolled back to
// what ran before, and the provider would ask for the failed version again at every
// reconcile, so the spec asks for what runs. It does so for a moment even if today's
// task definition is newer than the failed one, so that the provider forgets the
// failure. While a deployment is in progress, a newer task definition waits, so that a
// failure is attributed to the version that failed. A version whose release has not
// succeeded is not asked for at all.
func choose(s *stack.Stack, w plan.Workload, today stack.Key) version {
	now := w.Rollout
	_, known := s.Status(today, "arn")
	runs, holds := held(s, w, today)
	switch {
	case now.Phase == rollout.RolledBack:
		return version{now.Running, port(s, w, now.Running)}
	case now.Busy && now.Current != "" && now.Current != today:
		return version{now.Wanted, port(s, w, now.Wanted)}
	case today == "":
		// The content is not known: a new service waits, and an existing one stays as
		// it is.
		return version{stack.Unknown("the content of its task definition"), port(s, w, now.Wanted)}
	case !w.Released():
		return version{stack.Unknown("the release of the " + w.Unreleased().Workload), port(s, w, now.Wanted)}
	case holds:
		return version{runs, port(s, w, runs)}
	case !known:
		return version{stack.ARN(today), port(s, w, now.Wanted)}
	}
	return version{stack.ARN(today), float64(w.Port)}
}

// held is the version that the service keeps because today's has failed. The runner has said
// so, or the claim's status remembers it of the provider.
func held(s *stack.Stack, w plan.Workload, today stack.Key) (arn string, is bool) {
	if w.Rollout.Proven {
		arn, _ := s.Status(today, "arn")
		return w.Rollout.Holds(arn)
	}
	before := w.Before
	return before.TaskDefinition, before.Failed == string(today) && isOwn(s, w, before.TaskDefinition)
}

// isOwn tells whether an ARN is that of one of the service's own task definitions. The
// claim's status says what ran before. A user who may write the status could name a
// task definition of another stack, which would run with that stack's role.
func isOwn(s *stack.Stack, w plan.Workload, arn string) bool {
	_, revision, _ := strings.Cut(arn, ":task-definition/")
	return strings.HasPrefix(revision, familyOf(s, w)+":")
}

// port is the container port of a task definition other than today's. If the task
// definition is not observed, it is the port that the service's spec has, and if there
// is no service, the claim's.
func port(s *stack.Stack, w plan.Workload, arn string) float64 {
	if c, ok := rollout.Container(s, rollout.KeyOf(s, w.Name, arn)); ok && len(c.PortMappings) > 0 {
		return float64(c.PortMappings[0].ContainerPort)
	}
	if o, ok := s.Observed(keys.Service(w.Name)); ok {
		v, _ := o.Lookup("spec", "forProvider", "loadBalancer", "0", "containerPort")
		if n, ok := v.(float64); ok {
			return n
		}
	}
	return float64(w.Port)
}
