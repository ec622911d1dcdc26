package aws

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// What AWS refuses reaches the one who wrote the claim, in the words that AWS
// used, in the condition of the tier that it happened in.
func TestFaultsReachTheClaim(t *testing.T) {
	const ns, name = "e2e-faults", "shop"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, ns))
	need(t, emulator.Fail(ctx,
		harness.Fault{Service: "ec2", Action: "CreateVpc", Status: 400, Code: "VpcLimitExceeded", Message: "The maximum number of VPCs has been reached."},
		harness.Fault{Service: "sqs", Action: "CreateQueue", Status: 403, Code: "AccessDenied", Message: "User is not authorized to perform sqs:createqueue."},
	))
	claim, err := harness.ReadClaim(lab.Path("examples", "nonproduction.yaml"))
	need(t, err)
	claim.SetNamespace(ns)
	claim.SetName(name)
	_, err = lab.Plane.Create(ctx, claim)
	need(t, err)

	for condition, want := range map[string]string{
		"NetworkReady": "VpcLimitExceeded",
		"QueuesReady":  "AccessDenied",
	} {
		t.Run(condition, func(t *testing.T) {
			need(t, harness.Eventually(t.Context(), 5*time.Minute, func(ctx context.Context) error { return says(ctx, ns, name, condition, want) }))
		})
	}

	need(t, emulator.Fail(ctx))
	t.Run("they go away with their cause", func(t *testing.T) {
		for _, condition := range []string{"NetworkReady", "QueuesReady"} {
			need(t, harness.Eventually(t.Context(), 10*time.Minute, func(ctx context.Context) error {
				c, err := lab.Claim(ctx, ns, name)
				if err == nil && harness.Condition(c, condition) != "True" {
					err = fmt.Errorf("%v", harness.FindCondition(c, condition))
				}
				return err
			}))
		}
	})
	need(t, lab.Plane.Delete(ctx, harness.Claims, ns, name))
	need(t, lab.Gone(ctx, ns, name, deletedIn, func(string) {}))
}

func says(ctx context.Context, namespace, name, condition, want string) error {
	c, err := lab.Claim(ctx, namespace, name)
	if err != nil {
		return err
	}
	message, _ := harness.FindCondition(c, condition)["message"].(string)
	if !strings.Contains(message, want) {
		return fmt.Errorf("%s does not say %s, but: %s", condition, want, message)
	}
	return nil
}
