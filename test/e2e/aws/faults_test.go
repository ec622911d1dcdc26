package aws

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// A trouble is an answer of AWS, and what the claim shows of it: in the condition of
// the tier, the words of AWS, the resource, and what to do.
type trouble struct {
	condition string
	fault     harness.Fault
	says      []string
}

// unmade are errors while a claim is created.
var unmade = []trouble{
	{
		"NetworkReady",
		harness.Fault{
			Service: "ec2", Action: "AllocateAddress", Status: 400, Code: "AddressLimitExceeded",
			Message: "The maximum number of addresses has been reached.",
		},
		[]string{
			"AddressLimitExceeded: The maximum number of addresses has been reached", "EIP shop-",
			"ask AWS to raise the quota",
		},
	},
	{
		"QueuesReady",
		harness.Fault{
			Service: "sqs", Status: 403, Code: "AccessDenied",
			Message: "User is not authorized to perform this action.",
		},
		[]string{"AccessDenied: User is not authorized", "Queue shop-", "allow the action to the IAM identity"},
	},
	{
		"DatabaseReady",
		harness.Fault{
			Service: "rds", Action: "CreateDBInstance", Status: 400, Code: "InsufficientDBInstanceCapacity",
			Message: "Specified DB instance class is not available in the specified Availability Zone.",
		},
		[]string{
			"InsufficientDBInstanceCapacity: Specified DB instance class", "Instance shop-db-primary",
			"choose another database.instanceClass",
		},
	},
	{
		"ObservabilityReady",
		harness.Fault{
			Service: "sns", Action: "CreateTopic", Status: 400, Code: "Throttling", Message: "Rate exceeded",
		},
		[]string{"Throttling: Rate exceeded", "Topic shop-", "nothing to do"},
	},
}

// hung is a database that stays in a change.
var hung = trouble{
	"DatabaseReady",
	harness.Fault{
		Service: "rds", Action: "DescribeDBInstances", What: "<DBInstanceStatus>available<",
		Instead: "<DBInstanceStatus>modifying<",
	},
	[]string{"Instance shop-db-primary (is modifying)"},
}

// An error of AWS reaches the claim, and disappears by itself with its cause.
func TestFaultsReachTheClaim(t *testing.T) {
	faults := make([]harness.Fault, 0, len(unmade))
	for _, tr := range unmade {
		faults = append(faults, tr.fault)
	}
	l := prepare(t, "faults", lab.Path("examples", "nonproduction.yaml"), func(claim *unstructured.Unstructured) {
		claim.SetName("shop")
		//nolint:forcetypeassert // A claim has a spec.
		claim.Object["spec"].(map[string]any)["queues"] = []any{map[string]any{"name": "jobs"}}
	})
	fail(t, faults...)
	l.apply(t)
	for _, tr := range unmade {
		t.Run(tr.fault.Code, func(t *testing.T) { l.isTold(t, tr) })
	}
	fail(t)
	t.Run("they go away with their cause", l.becomeReady)

	fail(t, hung.fault)
	t.Run("a database stays modifying", func(t *testing.T) { l.isTold(t, hung) })
	fail(t)
	t.Run("it comes back",
		func(t *testing.T) { need(t, lab.Ready(t.Context(), l.namespace, l.claim.GetName(), readyIn, logTo(t))) })

	t.Run("is deleted", l.delete)
	t.Run("leaves what must stay, and nothing else", l.leave)
}

// fail makes these calls fail, and no others, for the rest of the test.
func fail(t *testing.T, faults ...harness.Fault) {
	t.Helper()
	need(t, emulator.Fail(t.Context(), faults...))
	t.Cleanup(func() {
		if err := emulator.Fail(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// isTold waits until the claim says what it should.
func (l *life) isTold(t *testing.T, tr trouble) {
	var said string
	need(t, harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, l.namespace, l.claim.GetName())
		if err != nil {
			return err
		}
		said, _ = harness.FindCondition(c, tr.condition)["message"].(string)
		for _, want := range tr.says {
			if !strings.Contains(said, want) {
				return fmt.Errorf("%s does not say %q, but: %s", tr.condition, want, said)
			}
		}
		return nil
	}))
	t.Logf("%s: %s", tr.condition, said)
}

func logTo(t *testing.T) func(string) {
	began := time.Now()
	return func(progress string) { t.Logf("%s: %s", time.Since(began).Round(time.Second), progress) }
}
