package identity

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

const (
	family = "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-otjdslhi-backend:"
	own    = "arn:aws:iam::111122223333:role/kasha/shop-otjdslhi-ecsTask-backend"
	shared = "arn:aws:iam::111122223333:role/kasha/shop-otjdslhi-ecsTaskRole"
)

// version is an observed task definition of the backend.
func version(role, revision string) stacktest.Object {
	o := stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
		"taskRoleArn": role, "containerDefinitions": "[]",
	}}}
	if revision != "" {
		o["status"] = map[string]any{"atProvider": map[string]any{"arn": family + revision}}
	}
	return o
}

// running is an observed service that is to run one revision and runs another.
func running(wanted, runs string) stacktest.Object {
	o := stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{"taskDefinition": family + wanted}}}
	if runs != "" {
		o["status"] = map[string]any{"atProvider": map[string]any{"taskDefinition": family + runs}}
	}
	return o
}

// TestTaskRoleStays: a role that the claim does not ask for any more stays as long as a version
// with it may run, and what is not known may run.
func TestTaskRoleStays(t *testing.T) {
	type world = map[stack.Key]stack.Observed
	const service, old, today = "service-backend", "taskdefinition-backend-1a2b3c4d", "taskdefinition-backend-5e6f7a8b"
	cases := map[string]struct {
		reason string
		world  world
		keeps  bool
	}{
		"Runs": {"The old version runs.", world{service: running("1", "1"), old: version(own, "1")}, true},
		"Deploying": {
			"The old version may come back.",
			world{service: running("2", "1"), old: version(own, "1"), today: version(shared, "2")}, true,
		},
		"Deployed": {
			"The old version's object is still there.",
			world{service: running("2", "2"), old: version(own, "1"), today: version(shared, "2")}, true,
		},
		"Gone": {
			"Only a version without it runs.",
			world{service: running("2", "2"), today: version(shared, "2")}, false,
		},
		"NoStatus": {
			"The service does not tell what runs.",
			world{service: running("2", ""), today: version(shared, "2")}, true,
		},
		"NoRevision": {
			"The version does not tell its revision.",
			world{service: running("2", "2"), today: version(shared, "")}, true,
		},
		"NoVersion": {"The version that runs is not observed.", world{service: running("2", "2")}, true},
		"OtherVersion": {
			"The version that runs is not observed, but another.",
			world{service: running("2", "2"), today: version(shared, "3")}, true,
		},
		"NoService": {"The service is not observed.", world{today: version(shared, "2")}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := maps.Clone(tc.world)
			w["vpc"] = stacktest.Object{"status": map[string]any{
				"atProvider": map[string]any{"ownerId": "111122223333"},
			}}
			var want []stack.Key
			for _, k := range []stack.Key{
				"role-task-backend", "rolepolicy-backend-permissions", "rolepolicy-backend-task",
			} {
				w[k] = of("backend")
				if tc.keeps {
					want = append(want, k)
				}
			}
			if diff := cmp.Diff(want, composedOf(t, w, &v1alpha1.KashaClaim{})); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// of is an observed policy of a workload's own role.
func of(workload string) stacktest.Object {
	return stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
		"roleRef": map[string]any{"name": "shop-role-task-" + workload},
	}}}
}

// TestTaskRoleKeepsNoPolicyOfAnother: the name of a worker begins with that of another, whose role is gone.
func TestTaskRoleKeepsNoPolicyOfAnother(t *testing.T) {
	w := map[stack.Key]stack.Observed{
		"service-worker-mail": stacktest.Object{}, "role-task-worker-mail": stacktest.Object{"spec": map[string]any{}},
		"rolepolicy-worker-mail-exec":   of("worker-mail"),
		"rolepolicy-worker-mail-x-exec": of("worker-mail-x"),
	}
	want := []stack.Key{"role-task-worker-mail", "rolepolicy-worker-mail-exec"}
	if diff := cmp.Diff(want, composedOf(t, w, &v1alpha1.KashaClaim{})); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestTaskRoleOfAWorkerThatLeft: its role goes when its service has gone.
func TestTaskRoleOfAWorkerThatLeft(t *testing.T) {
	w := map[stack.Key]stack.Observed{
		"role-task-worker-mail": stacktest.Object{"spec": map[string]any{}}, "service-worker-mail": stacktest.Object{},
	}
	if got := composedOf(t, w, &v1alpha1.KashaClaim{}); !slices.Contains(got, "role-task-worker-mail") {
		t.Errorf("its tasks still stop: %v", got)
	}
	delete(w, "service-worker-mail")
	if got := composedOf(t, w, &v1alpha1.KashaClaim{}); len(got) > 0 {
		t.Errorf("nothing has the role any more: %v", got)
	}
}

// TestTaskRoleHasWhatTheSharedRoleHas: a workload does not lose what it may do by having a role
// of its own, and the frontend gets nothing but what the claim allows it.
func TestTaskRoleHasWhatTheSharedRoleHas(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	give := []v1alpha1.Permission{{Actions: []string{"ses:SendEmail"}, Resources: []string{"*"}}}
	c.Spec.Frontend.Permissions, c.Spec.Backend.Permissions = give, give
	c.Spec.Frontend.Exec = true
	c.Spec.Database.IAMUsers = []string{"app"}
	want := []stack.Key{
		"role-task-backend", "role-task-frontend", "rolepolicy-backend-database-users",
		"rolepolicy-backend-permissions", "rolepolicy-backend-task", "rolepolicy-frontend-exec",
		"rolepolicy-frontend-permissions",
	}
	if diff := cmp.Diff(want, composedOf(t, nil, c)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// composedOf are the keys of the own roles that a claim has, and of their policies.
func composedOf(t *testing.T, w map[stack.Key]stack.Observed, c *v1alpha1.KashaClaim) []stack.Key {
	t.Helper()
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	s := stack.New(stack.Input{Claim: c, ID: "shop-otjdslhi", Observed: w, Scheme: kinds.Scheme})
	taskRoles(s, plan.New(s))
	rs, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	var out []stack.Key
	for _, r := range rs {
		out = append(out, r.Key)
	}
	slices.Sort(out)
	return out
}
