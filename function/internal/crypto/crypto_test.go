package crypto

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// TestServices: an AWS service may use a key only for this account.
func TestServices(t *testing.T) {
	s := newStack(t, nil)
	for _, st := range telemetryPolicy(s) {
		if len(st.Principal.AWS) == 0 && len(st.Principal.Service) == 0 {
			t.Errorf("%s is for everyone", st.Sid)
		}
		// SNS supports no such condition for EventBridge.
		if len(st.Principal.Service) > 0 && len(st.Condition) == 0 && st.Sid != "FailedRuns" {
			t.Errorf("%s is for any account", st.Sid)
		}
	}
	for _, st := range dataPolicy(s, plan.New(s)) {
		if len(st.Principal.Service) > 0 {
			t.Errorf("%s: services use the data key through IAM, not by themselves", st.Sid)
		}
	}
}

// TestStatementsAreAboutTheKey: KMS refuses a policy with a statement without resource. In a
// key policy, * is the key itself.
func TestStatementsAreAboutTheKey(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Network.CIDR, c.Spec.Region = "10.0.0.0/16", "eu-central-1"
	c.Spec.Alarms.MonthlyBudgetUSD = ptr.To(intstr.FromInt32(100))
	c.Spec.Schedules = []v1alpha1.Schedule{{Name: "nightly"}}
	c.Spec.Backup.CopyTo = &v1alpha1.BackupCopy{VaultARN: "arn:aws:backup:eu-west-1:444455556666:backup-vault:archive"}
	s := stack.New(stack.Input{Claim: c, Scheme: runtime.NewScheme()})
	sids := map[string][]string{
		"telemetry": {"Account", "Logs", "Alarms", "Budgets", "FailedRuns"},
		"data":      {"Account", "Copies", "CopiesGrants"},
		"edge":      {"Account", "Logs", "Alarms"},
	}
	for name, d := range map[string]policy.Document{
		"telemetry": telemetryPolicy(s), "data": dataPolicy(s, plan.New(s)), "edge": edgePolicy(s),
	} {
		var got []string
		for _, st := range d {
			got = append(got, st.Sid)
			if len(st.Resource) != 1 || st.Resource[0] != "*" || len(st.Action) == 0 || st.Effect != policy.Allow {
				t.Errorf("%s of the %s key must allow something for the key itself: %+v", st.Sid, name, st)
			}
		}
		if diff := cmp.Diff(sids[name], got); diff != "" {
			t.Errorf("%s key -want, +got:\n%s", name, diff)
		}
	}
}

// TestCopies: another account may use the data key only if its vault receives copies.
func TestCopies(t *testing.T) {
	const own, other = "111122223333", "444455556666"
	vault := func(account string) *v1alpha1.BackupCopy {
		return &v1alpha1.BackupCopy{VaultARN: "arn:aws:backup:eu-west-1:" + account + ":backup-vault:archive"}
	}
	cases := map[string]struct {
		reason string
		to     *v1alpha1.BackupCopy
		want   []string
	}{
		"None": {"Nothing is copied.", nil, nil},
		"Region": {
			"The copy has a key of its own, in this account.", &v1alpha1.BackupCopy{Region: "eu-west-1"}, nil,
		},
		"OwnAccount": {"IAM decides who in this account may use the key.", vault(own), nil},
		"OtherAccount": {
			"A snapshot keeps this key until the other account has copied it.", vault(other),
			[]string{"Copies arn:aws:iam::444455556666:root", "CopiesGrants arn:aws:iam::444455556666:root"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			made := newStack(t, tc.to)
			for _, st := range dataPolicy(made, plan.New(made))[1:] {
				got = append(got, st.Sid+" "+st.Principal.AWS[0])
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func newStack(t *testing.T, to *v1alpha1.BackupCopy) *stack.Stack {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	c.Spec.Backup.CopyTo = to
	return stack.New(stack.Input{
		Claim:    c,
		Scheme:   runtime.NewScheme(),
		Observed: map[stack.Key]stack.Observed{"vpc": vpc{}},
	})
}

// vpc is an observed VPC that has the account's ID.
type vpc struct{}

func (vpc) Lookup(...string) (any, bool) { return "111122223333", true }

func (vpc) Connection(string) ([]byte, bool) { return nil, false }
