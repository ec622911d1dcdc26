package identity

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func newStack(t *testing.T, queues ...string) (*stack.Stack, *plan.Plan) {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	for _, q := range queues {
		c.Spec.Queues = append(c.Spec.Queues, v1alpha1.Queue{Name: q})
	}
	s := stack.New(stack.Input{Claim: c, Scheme: runtime.NewScheme()})
	return s, plan.New(s)
}

// TestPolicies: no policy has a wildcard action, or allows an action on everything that
// AWS could limit to a resource.
func TestPolicies(t *testing.T) {
	s, p := newStack(t, "jobs")
	for name, d := range map[string]policy.Document{
		"execution": executionPolicy(s, p),
		"task":      taskPolicy(s, p),
		"flowlogs":  flowLogsPolicy(p),
	} {
		for _, st := range d {
			for _, r := range st.Resource {
				if r == "*" && (len(st.Action) != 1 || st.Action[0] != "ecr:GetAuthorizationToken") {
					t.Errorf("%s: %s allows %v on everything", name, st.Sid, st.Action)
				}
			}
			for _, a := range st.Action {
				if strings.Contains(a, "*") {
					t.Errorf("%s: %s allows the wildcard %s", name, st.Sid, a)
				}
			}
		}
	}
}

func TestQueues(t *testing.T) {
	if d := taskPolicy(newStack(t)); strings.Contains(d.String(), "sqs") {
		t.Errorf("A backend without queues should have no permission for any: %s", d)
	}
	d := taskPolicy(newStack(t, "jobs", "mails"))
	for _, q := range []string{"-jobs\"", "-mails\""} {
		if !strings.Contains(d.String(), q) {
			t.Errorf("A backend should have its queue %s: %s", q, d)
		}
	}
	if strings.Contains(d.String(), "dlq") {
		t.Errorf("A backend should have no permission for dead-letter queues: %s", d)
	}
}

// TestTrust: an AWS service may assume a role only for this account.
func TestTrust(t *testing.T) {
	_, p := newStack(t)
	for _, d := range []policy.Document{tasksTrust(p), flowLogsTrust(p)} {
		c := d[0].Condition
		if c["StringEquals"]["aws:SourceAccount"] == nil || c["ArnLike"]["aws:SourceArn"] == nil {
			t.Errorf("another account can make the service use the role: %s", d)
		}
	}
}
