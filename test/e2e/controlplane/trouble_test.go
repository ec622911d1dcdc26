package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// The claim's author reads an error of AWS in AWS's words, in the condition of the tier.
// The other tiers continue.
func TestFaultsReachTheClaim(t *testing.T) {
	const ns = "team-faults"
	faults := map[string]struct{ object, message string }{
		"NetworkReady": {
			"NATGateway/shop-nat-a",
			"operation error EC2: CreateNatGateway, StatusCode: 400, api error NatGatewayLimitExceeded: The maximum " +
				"number of NAT Gateways has been reached",
		},
		"DatabaseReady": {
			"Instance/shop-db-primary",
			"operation error RDS: CreateDBInstance, StatusCode: 400, api error InsufficientDBInstanceCapacity: " +
				"no capacity in us-east-1a",
		},
		"QueuesReady": {
			"Queue/shop-queue-jobs",
			"operation error SQS: CreateQueue, StatusCode: 403, api error AccessDenied: User is not authorized to " +
				"perform: sqs:createqueue",
		},
	}
	file := map[string]string{}
	for _, f := range faults {
		file[ns+"/"+f.object] = f.message
	}
	inject(t, file)
	need(t, lab.Plane.Namespace(t.Context(), ns))
	_, err := lab.Plane.Create(t.Context(), minimal(t, ns))
	need(t, err)
	for condition, f := range faults {
		t.Run(condition, func(t *testing.T) {
			_, want, _ := strings.Cut(f.message, "api error ")
			var said string
			err := harness.Eventually(t.Context(), 2*time.Minute, func(ctx context.Context) error {
				c, err := lab.Claim(ctx, ns, name)
				if err != nil {
					return err
				}
				said, _ = harness.FindCondition(c, condition)["message"].(string)
				if !strings.Contains(said, want) {
					return fmt.Errorf("it does not say %q, but: %s", want, said)
				}
				return nil
			})
			need(t, err)
			t.Log(said)
		})
	}
	t.Run("the other tiers go on", func(t *testing.T) {
		need(t, harness.Eventually(t.Context(), 2*time.Minute, func(ctx context.Context) error {
			objects, err := lab.Composed(ctx, ns)
			if err != nil {
				return err
			}
			for _, id := range []string{
				"WebACL/shop-webacl", "Key/shop-key-data", "Vault/shop-vault", "LB/shop-alb-public",
			} {
				if o := objects[id]; o == nil || !harness.Works(o) {
					return fmt.Errorf("%s does not work", id)
				}
			}
			return nil
		}))
	})
	inject(t, map[string]string{})
	t.Run("they go away with their cause", func(t *testing.T) {
		need(t, lab.Ready(t.Context(), ns, name, readyIn, func(string) {}))
	})
	remove(t, ns, name)
}

func inject(t *testing.T, faults map[string]string) {
	t.Helper()
	data, err := json.Marshal(faults)
	need(t, err)
	need(t, os.WriteFile(lab.FaultsPath(), data, 0o644))
}

// Crossplane and the provider die in the middle of a creation, as on a node that runs
// out of memory. They do their unfinished work again, and create nothing twice.
func TestACrashInTheMiddle(t *testing.T) {
	const ns = "team-crash"
	need(t, lab.Plane.Namespace(t.Context(), ns))
	_, err := lab.Plane.Create(t.Context(), minimal(t, ns))
	need(t, err)
	need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
		objects, err := lab.Composed(ctx, ns)
		if err == nil && len(objects) < 40 {
			err = fmt.Errorf("%d objects are there", len(objects))
		}
		return err
	}))
	crossplanes := lab.Core.Restarts()
	lab.Core.Kill()
	provider.Kill()
	c, err := lab.Claim(t.Context(), ns, name)
	need(t, err)
	if harness.Unready(c) == nil {
		t.Fatal("the claim was ready before the crash")
	}
	need(t, lab.Ready(t.Context(), ns, name, readyIn, func(string) {}))
	if n := lab.Core.Restarts() - crossplanes; n != 1 {
		t.Errorf("Crossplane has ended %d times; it was killed once", n)
	}
	remove(t, ns, name)
}

// remove a claim, which may be protected.
func remove(t *testing.T, namespace, name string) {
	t.Helper()
	need(t, unprotect(t.Context(), namespace, name))
	need(t, harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error {
		return lab.Plane.Delete(ctx, harness.Claims, namespace, name)
	}))
	need(t, lab.Gone(t.Context(), namespace, name, deletedIn, func(string) {}))
}
