package function

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/rules"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// noWayOut is a claim without a way to the internet, with every endpoint, and with an image
// and a secret of other accounts.
const noWayOut = `
spec:
  network: {natGateways: None, endpoints: {interface: [ecr.api, ecr.dkr, logs, secretsmanager, sqs, kms]}}
  frontend: {image: "444455556666.dkr.ecr.us-east-1.amazonaws.com/shared/frontend:1.0.0"}
  backend:
    image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/backend:1.0.0"
    secrets: {TOKEN: {secretARN: "arn:aws:secretsmanager:us-east-1:777788889999:secret:partner/token-AbCdEf"}}
`

// endpointPolicies are the policies of a world's endpoints, by key.
func endpointPolicies(t *testing.T, w *simulator.World) map[string]string {
	t.Helper()
	out := map[string]string{}
	for key, o := range desired(w) {
		if gvkOf(o).Kind == "VPCEndpoint" {
			out[key] = simulator.Text(params(o), "policy")
		}
	}
	return out
}

// unconditional are the statements of a policy that let everybody through without a
// condition.
func unconditional(t *testing.T, policy string) []string {
	t.Helper()
	var d struct {
		Statement []struct {
			Sid, Effect         string
			Principal, Resource any
			Condition           map[string]any
		}
	}
	if err := json.Unmarshal([]byte(policy), &d); err != nil {
		t.Fatalf("%q is no policy: %v", policy, err)
	}
	var out []string
	for _, s := range d.Statement {
		if s.Effect != "Deny" && len(s.Condition) == 0 {
			out = append(out, s.Sid)
		}
	}
	return out
}

// TestNoWayOut: without NAT gateways, no endpoint lets a stranger's keys through. The rule
// network-endpoint-policies sends requests through each of them, the roles' own and a
// stranger's.
func TestNoWayOut(t *testing.T) {
	w := atRest(t, claim(t, noWayOut))
	policies := endpointPolicies(t, w)
	if len(policies) != 7 {
		t.Errorf("there are %d endpoints, want 7", len(policies))
	}
	for key, p := range policies {
		// ECR signs the requests for images' layers, which are in a bucket of AWS's.
		want := []string(nil)
		if key == "endpoint-s3" {
			want = []string{"ImageLayers"}
		}
		if got := unconditional(t, p); !slices.Equal(got, want) {
			t.Errorf("%s lets everybody through by %v, want %v", key, got, want)
		}
		// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
		if len(p) > 20480 {
			t.Errorf("%s has a policy of %d characters, and AWS takes 20480", key, len(p))
		}
	}
	for _, v := range rules.Check(rules.Of(w, true)) {
		t.Error(v)
	}
	named := map[string]string{
		"endpoint-ecr-api":        "arn:aws:ecr:us-east-1:444455556666:repository/shared/frontend",
		"endpoint-ecr-dkr":        "arn:aws:ecr:us-east-1:444455556666:repository/shared/frontend",
		"endpoint-secretsmanager": "arn:aws:secretsmanager:us-east-1:777788889999:secret:partner/token-AbCdEf",
	}
	for key, p := range policies {
		for _, arn := range named {
			if got := strings.Contains(p, arn); got != (named[key] == arn) {
				t.Errorf("%s names %s: %t", key, arn, got)
			}
		}
	}
}

// TestEndpointsBesideNAT: where there is another way out, the S3 endpoint does not keep the
// application from a partner's bucket, unless the claim says so. Going back opens it again,
// which the provider does not do by itself.
func TestEndpointsBesideNAT(t *testing.T) {
	isOpen := func(w *simulator.World) bool {
		return slices.Contains(unconditional(t, endpointPolicies(t, w)["endpoint-s3"]), "Everything")
	}
	w := atRest(t, claim(t, ""))
	if !isOpen(w) {
		t.Error("with NAT gateways, the endpoint is closed to other accounts' buckets")
	}
	for _, step := range []struct {
		over string
		open bool
	}{
		{"spec: {network: {endpoints: {policy: Account}}}", false},
		{"", true},
		{"spec: {network: {endpoints: {policy: Open}}}", true},
	} {
		change(t, w, step.over)
		settleMore(t, w)
		if isOpen(w) != step.open {
			t.Errorf("after %q the endpoint is open: %t, want %t", step.over, isOpen(w), step.open)
		}
	}
}

// TestEndpointsOfV010StayOpen: what an application of an old claim reaches by its endpoints is
// not known, so an upgrade closes none of them. The claim's author does.
func TestEndpointsOfV010StayOpen(t *testing.T) {
	w := atRest(t, bornUnderV010(claim(t, noWayOut)))
	for key, p := range endpointPolicies(t, w) {
		if !slices.Contains(unconditional(t, p), "Everything") {
			t.Errorf("%s of a claim of v0.1.0 is closed", key)
		}
	}
	change(t, w, noWayOut+"\n")
	spec, _ := w.Composite["spec"].(map[string]any)
	network, _ := spec["network"].(map[string]any)
	endpoints, _ := network["endpoints"].(map[string]any)
	network["endpoints"] = merge(endpoints, map[string]any{"policy": "Account"})
	settleMore(t, w)
	for key, p := range endpointPolicies(t, w) {
		if slices.Contains(unconditional(t, p), "Everything") {
			t.Errorf("%s stays open though the claim says Account", key)
		}
	}
}
