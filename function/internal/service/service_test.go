package service

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func testClaim(change ...func(*v1alpha1.KashaClaim)) *v1alpha1.KashaClaim {
	svc := func(image string) v1alpha1.Service {
		return v1alpha1.Service{
			Image:   image,
			Scaling: v1alpha1.Scaling{Min: 2, Max: 4, CPU: 70, Memory: 80},
			Serving: v1alpha1.Serving{
				HealthCheck: v1alpha1.HealthCheck{Path: "/", GraceSeconds: 60}, DrainSeconds: 300,
			},
			Container: v1alpha1.Container{
				Architecture:  "X86_64",
				Spot:          v1alpha1.Spot{OnDemandBase: ptr.To(int32(1)), Percent: ptr.To(int32(75))},
				Env:           map[string]v1alpha1.EnvValue{"ZED": "<&>", "ALPHA": "1", "AWS_REGION": "mine"},
				WritablePaths: []string{"/var/run", "/tmp"},
			},
		}
	}
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec = v1alpha1.KashaClaimSpec{
		Region: "us-east-1", AvailabilityZones: []string{"us-east-1a", "us-east-1b"},
		ProviderConfigRef: v1alpha1.ProviderConfigReference{Kind: "ClusterProviderConfig", Name: "default"},
		Network:           v1alpha1.Network{CIDR: "10.0.0.0/16"},
		Rollouts:          v1alpha1.Rollouts{Proof: ptr.To(false)},
		Frontend:          v1alpha1.Frontend{Port: 80, CPU: 256, Memory: 512, Service: svc("frontend:1")},
		Backend:           v1alpha1.Backend{Port: 8080, CPU: 512, Memory: 1024, Service: svc("backend:1")},
		Queues:            []v1alpha1.Queue{{Name: "image-jobs"}},
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// A world is what is observed. Everything observed is ready.
type world map[stack.Key]stack.Observed

func at(values map[string]any) stacktest.Object {
	return stacktest.Object{"status": map[string]any{"atProvider": values}}
}

// settled is everything that the services wait for.
func settled() world {
	w := world{
		"vpc":                    at(map[string]any{"ownerId": "111122223333"}),
		"alb-internal":           at(map[string]any{"dnsName": "internal-shop.elb.amazonaws.com"}),
		"secret-db":              at(map[string]any{"arn": "arn:secret"}),
		"key-data":               at(map[string]any{"arn": "arn:key"}),
		"bucket-app":             at(map[string]any{"id": "shop-app", "arn": "arn:aws:s3:::shop-app"}),
		"queue-image-jobs":       at(map[string]any{"url": "https://sqs/image-jobs"}),
		"targetgroup-frontend":   at(map[string]any{"arn": "arn:tg:frontend"}),
		"targetgroup-backend":    at(map[string]any{"arn": "arn:tg:backend"}),
		"secretversion-1a2b3c4d": at(nil),
	}
	for _, k := range []stack.Key{
		"role-execution", "role-task", "rolepolicy-execution", "rolepolicy-task", "cluster", "cluster-capacity",
		"listenerrule-public-origin", "listener-internal", "loggroup-frontend", "loggroup-backend",
	} {
		w[k] = at(nil)
	}
	for _, k := range plan.New(stack.New(stack.Input{Claim: testClaim()})).Network.Reach() {
		w[k] = at(nil)
	}
	return w
}

func compose(t *testing.T, c *v1alpha1.KashaClaim, w world) map[stack.Key]*stack.Resource {
	t.Helper()
	s := newStack(t, c, w)
	Compose(s, plan.New(s))
	rs, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	out := map[stack.Key]*stack.Resource{}
	for _, r := range rs {
		out[r.Key] = r
	}
	return out
}

func newStack(t *testing.T, c *v1alpha1.KashaClaim, w world) *stack.Stack {
	t.Helper()
	return stack.New(stack.Input{
		Claim:    c,
		ID:       "shop-807061",
		Observed: w,
		Ready:    func(k stack.Key) bool { return w[k] != nil },
		Scheme:   kinds.Scheme,
	})
}

func versions(rs map[stack.Key]*stack.Resource, service string) []stack.Key {
	var out []stack.Key
	for _, k := range slices.Sorted(maps.Keys(rs)) {
		if rs[k].Object != nil && strings.HasPrefix(string(k), "taskdefinition-"+service+"-") {
			out = append(out, k)
		}
	}
	return out
}

const family = "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-807061-frontend:"

// deploy adds the frontend's task definition with an image to the world, as revision n.
func deploy(t *testing.T, w world, image string, n int) stack.Key {
	t.Helper()
	rs := compose(t, testClaim(func(c *v1alpha1.KashaClaim) { c.Spec.Frontend.Image = image }), settled())
	key := versions(rs, "frontend")[0]
	o := stacktest.Object(rs[key].Object)
	o["status"] = map[string]any{"atProvider": map[string]any{"arn": family + strconv.Itoa(n)}}
	w[key] = o
	return key
}

// run adds the frontend's service to the world. Its spec asks for the revision wanted,
// and AWS runs the revision running.
func run(t *testing.T, w world, wanted, running int, change ...func(stacktest.Object)) {
	t.Helper()
	ready := settled()
	deploy(t, ready, "frontend:1", 1)
	rs := compose(t, testClaim(), ready)
	o := stacktest.Object(rs["service-frontend"].Object)
	spec := o["spec"].(map[string]any)["forProvider"].(map[string]any)
	spec["taskDefinition"] = family + strconv.Itoa(wanted)
	o["status"] = map[string]any{"atProvider": map[string]any{"taskDefinition": family + strconv.Itoa(running)}}
	for _, f := range change {
		f(o)
	}
	w["service-frontend"] = o
}

func rolledBack(o stacktest.Object) {
	o["status"].(map[string]any)["conditions"] = []any{map[string]any{
		"type": "LastAsyncOperation", "status": "False", "reason": "AsyncUpdateFailure",
		"message": "failed to update the resource: waiting for ECS Service (shop) update: rolled back",
	}}
}

func busy(o stacktest.Object) {
	o["metadata"].(map[string]any)["managedFields"] = []any{map[string]any{
		"manager": "apiextensions.crossplane.io/composed/x", "time": "2026-01-01T10:00:00Z",
	}}
	o["status"].(map[string]any)["conditions"] = []any{map[string]any{
		"type": "Synced", "status": "True", "lastTransitionTime": "2026-01-01T10:05:00Z",
	}}
}

func TestRollouts(t *testing.T) {
	cases := map[string]struct {
		reason string
		image  string
		before v1alpha1.ServiceStatus
		world  func(t *testing.T, w world)
		// want are the images of the task definitions that are asked for.
		want    []string
		running string
		waits   bool
		port    float64
	}{
		"First": {
			reason: "A service waits for the revision that it will run.",
			image:  "frontend:1", want: []string{"frontend:1"}, waits: true,
			world: func(*testing.T, world) {},
		},
		"Registered": {
			reason: "It runs the revision as soon as it exists.",
			image:  "frontend:1", want: []string{"frontend:1"}, running: family + "1",
			world: func(t *testing.T, w world) { deploy(t, w, "frontend:1", 1) },
		},
		"Registering": {
			reason: "Until the new revision exists, the service and its revision stay.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "1",
			world: func(t *testing.T, w world) { deploy(t, w, "frontend:1", 1); run(t, w, 1, 1) },
		},
		"Deploying": {
			reason: "The old revision stays while the new one is deployed.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "2",
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 2, 1)
			},
		},
		"Deployed": {
			reason: "The old revision's object is deleted once the new one runs.",
			image:  "frontend:2", want: []string{"frontend:2"}, running: family + "2",
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 2, 2)
			},
		},
		"Blank": {
			reason: "Nothing is deleted while the service's status does not tell what runs.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "2",
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 2, 2, func(o stacktest.Object) { delete(o, "status") })
			},
		},
		"Unnameable": {
			reason: "While the content is not known, nothing is created, deleted or changed.",
			image:  "frontend:2", want: []string{"frontend:1"}, running: family + "1",
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				run(t, w, 1, 1)
				w["alb-internal"] = at(nil)
			},
		},
		"RolledBack": {
			reason: "After a rollback the service's spec asks for what runs.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "1",
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 2, 1, rolledBack)
			},
		},
		"Held": {
			reason: "The spec asks for what runs as long as the claim asks for what failed.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "1",
			before: v1alpha1.ServiceStatus{TaskDefinition: family + "1", Failed: "frontend:2"},
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 1, 1)
			},
		},
		"HeldElsewhere": {
			reason: "A status that names another stack's task definition is ignored.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "2",
			before: v1alpha1.ServiceStatus{
				TaskDefinition: "arn:aws:ecs:us-east-1:111122223333:task-definition/payments-1a2b3c-frontend:7",
				Failed:         "frontend:2",
			},
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 1, 1)
			},
		},
		"Repaired": {
			reason: "Another version than the failed one is deployed.",
			image:  "frontend:3", want: []string{"frontend:1", "frontend:2", "frontend:3"}, running: family + "3",
			before: v1alpha1.ServiceStatus{TaskDefinition: family + "1", Failed: "frontend:2"},
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				deploy(t, w, "frontend:3", 3)
				run(t, w, 1, 1)
			},
		},
		"PushedMeanwhile": {
			reason: "A newer version waits for the current deployment, whose failure would be attributed to it.",
			image:  "frontend:3", want: []string{"frontend:1", "frontend:2", "frontend:3"}, running: family + "2",
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				deploy(t, w, "frontend:3", 3)
				run(t, w, 2, 1, busy)
			},
		},
		"OldPort": {
			reason: "The port is that of the revision that the service's spec asks for.",
			image:  "frontend:2", want: []string{"frontend:1", "frontend:2"}, running: family + "1", port: 80,
			world: func(t *testing.T, w world) {
				deploy(t, w, "frontend:1", 1)
				deploy(t, w, "frontend:2", 2)
				run(t, w, 2, 1, rolledBack, func(o stacktest.Object) {
					spec := o["spec"].(map[string]any)["forProvider"].(map[string]any)
					spec["loadBalancer"].([]any)[0].(map[string]any)["containerPort"] = 9090.0
				})
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := settled()
			tc.world(t, w)
			if tc.before.Failed != "" {
				tc.before.Failed = string(deploy(t, world{}, tc.before.Failed, 0))
			}
			rs := compose(t, testClaim(func(c *v1alpha1.KashaClaim) {
				c.Spec.Frontend.Image = tc.image
				tc.before.Name = "frontend"
				c.Status.Services = []v1alpha1.ServiceStatus{tc.before}
			}), w)
			var images []string
			for _, k := range versions(rs, "frontend") {
				c, ok := containers.Main(stacktest.Object(rs[k].Object))
				if !ok {
					t.Fatal("no container")
				}
				images = append(images, c.Image)
			}
			slices.Sort(images)
			if diff := cmp.Diff(tc.want, images); diff != "" {
				t.Errorf("%s\ntask definitions: -want, +got:\n%s", tc.reason, diff)
			}
			svc := rs["service-frontend"]
			if tc.waits != (svc.Object == nil) {
				t.Fatalf("%s\nwaits for %v", tc.reason, svc.Waits)
			}
			got, _ := stack.Text(stacktest.Object(svc.Object), "spec", "forProvider", "taskDefinition")
			if diff := cmp.Diff(tc.running, got); diff != "" {
				t.Errorf("%s\ntaskDefinition: -want, +got:\n%s", tc.reason, diff)
			}
			port, _ := stacktest.Object(svc.Object).Lookup("spec", "forProvider", "loadBalancer", "0", "containerPort")
			if tc.port != 0 && port != tc.port {
				t.Errorf("%s\ncontainerPort: want %v, got %v", tc.reason, tc.port, port)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	same := versions(compose(t, testClaim(), settled()), "backend")
	cases := map[string]struct {
		reason  string
		change  func(*v1alpha1.KashaClaim)
		changes bool
	}{
		"Nothing": {reason: "The same claim should have the same key.", change: func(*v1alpha1.KashaClaim) {}},
		"PathOrder": {
			reason: "Writable paths are a set.",
			change: func(c *v1alpha1.KashaClaim) { slices.Reverse(c.Spec.Backend.WritablePaths) },
		},
		"Tags": {
			reason: "Tags change in place.",
			change: func(c *v1alpha1.KashaClaim) { c.Spec.Tags = map[string]v1alpha1.TagValue{"a": "b"} },
		},
		"Scaling": {
			reason: "The number of tasks is not part of a task definition.",
			change: func(c *v1alpha1.KashaClaim) { c.Spec.Backend.Scaling.Max = 9 },
		},
		"Env": {
			reason:  "A variable is part of a task definition.",
			change:  func(c *v1alpha1.KashaClaim) { c.Spec.Backend.Env["ALPHA"] = "2" },
			changes: true,
		},
		"Reserved": {
			reason: "A variable that Kasha sets cannot be overridden.",
			change: func(c *v1alpha1.KashaClaim) { c.Spec.Backend.Env["AWS_REGION"] = "other" },
		},
		"Memory": {
			reason:  "Memory is part of a task definition.",
			change:  func(c *v1alpha1.KashaClaim) { c.Spec.Backend.Memory = 2048 },
			changes: true,
		},
		"Writable": {
			reason:  "A volume is part of a task definition.",
			change:  func(c *v1alpha1.KashaClaim) { c.Spec.Backend.WritablePaths = nil },
			changes: true,
		},
		"TheFrontend": {
			reason: "The other service's image is not part of it.",
			change: func(c *v1alpha1.KashaClaim) { c.Spec.Frontend.Image = "x" },
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := versions(compose(t, testClaim(tc.change), settled()), "backend")
			if changed := cmp.Diff(same, got) != ""; changed != tc.changes {
				t.Errorf("%s\nthe key was %v and is %v", tc.reason, same, got)
			}
		})
	}
}

// TestLifecycle: no tagged image is deleted. An existing policy keeps its text, since
// the provider refuses to change it.
func TestLifecycle(t *testing.T) {
	const key, old = "lifecycle-frontend", `{"rules":[{"selection":{"tagStatus":"any"}}]}`
	policy := func(w world) string {
		o := stacktest.Object(compose(t, testClaim(), w)[key].Object)
		text, _ := stack.Text(o, "spec", "forProvider", "policy")
		return text
	}
	if got := policy(settled()); !strings.Contains(got, `"tagStatus":"untagged"`) || strings.Contains(got, "any") {
		t.Errorf("a new repository loses more than untagged images: %s", got)
	}
	living := settled()
	living[key] = stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{"policy": old}}}
	if got := policy(living); got != old {
		t.Errorf("a living policy would change: %s", got)
	}
}

func TestStrategy(t *testing.T) {
	item := func(provider string, base, weight float64) ecs.CapacityProviderStrategyParameters {
		i := ecs.CapacityProviderStrategyParameters{CapacityProvider: &provider, Weight: &weight}
		if base > 0 {
			i.Base = &base
		}
		return i
	}
	type list = []ecs.CapacityProviderStrategyParameters
	cases := map[string]struct {
		base, percent int32
		want          list
	}{
		"Production":    {1, 75, list{item(onDemand, 1, 1), item(spot, 0, 3)}},
		"NonProduction": {0, 100, list{item(spot, 0, 1)}},
		"BaseThenSpot":  {2, 100, list{item(onDemand, 2, 0), item(spot, 0, 1)}},
		"NoSpot":        {3, 0, list{item(onDemand, 0, 1)}},
		"NoBase":        {0, 40, list{item(onDemand, 0, 3), item(spot, 0, 2)}},
		"Prime":         {1, 37, list{item(onDemand, 1, 63), item(spot, 0, 37)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := strategy(v1alpha1.Spot{OnDemandBase: &tc.base, Percent: &tc.percent})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("strategy(): -want, +got:\n%s", diff)
			}
		})
	}
}

// mainOf is the application's container in a service's only task definition.
func mainOf(t *testing.T, name string, change ...func(*v1alpha1.KashaClaim)) (all []containers.Container) {
	t.Helper()
	rs := compose(t, testClaim(change...), settled())
	for _, k := range versions(rs, name) {
		all = containers.Of(stacktest.Object(rs[k].Object))
	}
	if len(all) == 0 {
		t.Fatal("no container")
	}
	return all
}

// TestNonRootImagesCanWrite: Fargate gives a volume on disk to root, so every writable
// path is in memory and open to all users, in every workload.
func TestNonRootImagesCanWrite(t *testing.T) {
	for _, name := range []string{"frontend", "backend"} {
		c := mainOf(t, name)[0]
		memory := map[string]int32{"frontend": 512 / 4, "backend": 1024 / 4}[name]
		// Without exec, Java ends with "failed to map segment from shared object".
		open := []string{"mode=1777", "exec", "nosuid", "nodev"}
		want := []containers.Tmpfs{{ContainerPath: "/tmp", Size: memory, MountOptions: open},
			{ContainerPath: "/var/run", Size: memory, MountOptions: open}}
		if diff := cmp.Diff(want, c.LinuxParameters.Tmpfs); diff != "" {
			t.Errorf("%s: an image with a user of its own cannot write: -want, +got:\n%s", name, diff)
		}
		if len(c.MountPoints) > 0 || !c.ReadonlyRootFilesystem {
			t.Errorf("%s: want no volume of root's and a read-only root, got %v", name, c)
		}
	}
}

// TestDiskPathsAreOpenedFirst: the application starts once a container of its own image
// has opened the volumes as root. That container gets no secrets, and the task goes on
// when it ends.
func TestDiskPathsAreOpenedFirst(t *testing.T) {
	all := mainOf(t, "backend", func(c *v1alpha1.KashaClaim) { c.Spec.Backend.DiskPaths = []string{"/b", "/a"} })
	if len(all) != 2 {
		t.Fatalf("want two containers, got %v", all)
	}
	app, opener := all[0], all[1]
	if diff := cmp.Diff([]containers.Dependency{{ContainerName: opener.Name, Condition: "SUCCESS"}},
		app.DependsOn); diff != "" {
		t.Errorf("the application does not wait: %s", diff)
	}
	if diff := cmp.Diff([]string{"chmod 1777 /a /b"}, opener.Command); diff != "" {
		t.Errorf("not every path is opened: %s", diff)
	}
	if opener.User != "0" || opener.Essential || len(opener.Secrets)+len(opener.Environment) > 0 ||
		app.Image != opener.Image {
		t.Errorf("unexpected opener: %v", opener)
	}
	if diff := cmp.Diff(app.MountPoints, opener.MountPoints); diff != "" || len(app.MountPoints) != 2 {
		t.Errorf("the containers see other volumes: %s", diff)
	}
}

// TestContainersAreAsTheClaimSays: the container has what the claim sets. Empty fields
// leave it as it was before the fields existed.
func TestContainersAreAsTheClaimSays(t *testing.T) {
	c := mainOf(t, "backend")[0]
	if !c.LinuxParameters.InitProcessEnabled || c.StopTimeout != 120 || c.User != "" || c.Command != nil ||
		c.EntryPoint != nil || c.WorkingDirectory != "" || c.Ulimits != nil ||
		c.LogConfiguration.Options["mode"] != "non-blocking" {
		t.Errorf("an empty field changes the container: %v", c)
	}
	c = mainOf(t, "backend", func(c *v1alpha1.KashaClaim) {
		b := &c.Spec.Backend
		b.InitProcess, b.ReadOnlyRootFilesystem, b.LogMode = ptr.To(false), ptr.To(false), "Blocking"
		b.EntryPoint, b.Command, b.WorkingDirectory, b.User = []string{"/init"}, []string{"web"}, "/srv", "10001"
		b.StopSeconds, b.OpenFiles = ptr.To(int32(7)), ptr.To(int32(4096))
	})[0]
	if c.LinuxParameters.InitProcessEnabled {
		t.Error("s6-overlay ends with: can only run as pid 1")
	}
	if c.ReadonlyRootFilesystem || c.StopTimeout != 7 || c.LogConfiguration.Options["mode"] != "blocking" {
		t.Errorf("the container is not as the claim says: %v", c)
	}
	got := []any{c.EntryPoint, c.Command, c.WorkingDirectory, c.User, c.Ulimits}
	want := []any{[]string{"/init"}, []string{"web"}, "/srv", "10001",
		[]containers.Ulimit{{Name: "nofile", SoftLimit: 4096, HardLimit: 4096}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the container is not as the claim says: -want, +got:\n%s", diff)
	}
}

// TestContainersAreChecked: ECS runs the claim's command in the container, without a shell.
// Without the field only the load balancer checks.
func TestContainersAreChecked(t *testing.T) {
	if h := mainOf(t, "backend")[0].HealthCheck; h != nil {
		t.Errorf("a claim without a check has one: %v", h)
	}
	got := mainOf(t, "backend", func(c *v1alpha1.KashaClaim) {
		c.Spec.Backend.ContainerHealthCheck = &v1alpha1.ContainerHealthCheck{
			Command: []string{"/app", "check"}, Retries: ptr.To(int32(5)),
		}
	})[0].HealthCheck
	want := &containers.HealthCheck{Command: []string{"CMD", "/app", "check"}, Interval: 30, Timeout: 5, Retries: 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the check is not as the claim says: -want, +got:\n%s", diff)
	}
}

// TestDeploymentsOfOlderClaims: a claim that an older XRD let through has no fields of
// deployments and scaling, and a deployment takes no task away before its successor works.
func TestDeploymentsOfOlderClaims(t *testing.T) {
	w := settled()
	deploy(t, w, "frontend:1", 1)
	o := stacktest.Object(compose(t, testClaim(), w)["service-frontend"].Object)
	for field, want := range map[string]float64{
		"deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 200,
	} {
		if got, _ := o.Lookup("spec", "forProvider", field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}

// TestDiskHasTheSizeAsked: AWS refuses a task definition that asks for the 20 GiB that
// every task has.
func TestDiskHasTheSizeAsked(t *testing.T) {
	for gib, want := range map[int32]any{20: nil, 21: 21.0} {
		rs := compose(t, testClaim(func(c *v1alpha1.KashaClaim) { c.Spec.Backend.EphemeralGiB = &gib }), settled())
		for _, k := range versions(rs, "backend") {
			got, _ := stacktest.Object(rs[k].Object).Lookup("spec", "forProvider", "ephemeralStorage", "sizeInGib")
			if got != want {
				t.Errorf("%d GiB: want %v, got %v", gib, want, got)
			}
		}
	}
}
