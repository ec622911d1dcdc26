package function

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// makesRoles tells whether an object is an IAM role, or makes one that gets its tags. An application of the Serverless
// Application Repository does, and a stack that has one in its template.
func makesRoles(o map[string]any) bool {
	switch gvkOf(o).Kind {
	case "Role", "CloudFormationStack":
		return true
	case "Stack":
		return strings.Contains(simulator.Text(params(o), "templateBody"), "AWS::IAM::Role")
	}
	return false
}

// taggedWith counts the objects that have a tag: those that are or make roles, and others.
func taggedWith(w *simulator.World, tag string) (roles, others int) {
	for _, o := range desired(w) {
		tags, _ := params(o)["tags"].(map[string]any)
		switch {
		case tags[tag] == nil:
		case makesRoles(o):
			roles++
		default:
			others++
		}
	}
	return roles, others
}

// TestRolesDoNotPassAsOthers: a role's tags are those of the application's session. With
// team: payments it could open what the payments team protects by tags, so only the platform
// lets a claim set them. Nobody is refused for it.
func TestRolesDoNotPassAsOthers(t *testing.T) {
	const over = `spec: {tags: {team: payments, cost-center: "4711"}, database: {rotation: Application},
  backup: {restoreTest: {enabled: true}}}`
	cases := map[string]struct {
		reason     string
		guardrail  string
		team, cost bool
	}{
		"None": {reason: "Without a guardrail nobody has allowed a key."},
		"Anything": {
			reason: "An entry for all keys is nobody's decision.", guardrail: `spec: {allow: {tagKeys: ["*"]}}`,
		},
		"Default": {reason: "The default is such an entry.", guardrail: `spec: {}`},
		"Named": {
			reason:    "What is named comes to the roles, and nothing else.",
			guardrail: `spec: {allow: {tagKeys: ["*", "cost-*"]}}`, cost: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := within(claim(t, over))
			if tc.guardrail != "" {
				w.Guardrails = []map[string]any{guardrail(t, tc.guardrail)}
			}
			if m := settleOrRefuse(t, w); m != "" {
				t.Fatal(m)
			}
			for tag, want := range map[string]bool{"team": tc.team, "cost-center": tc.cost} {
				roles, others := taggedWith(w, tag)
				if roles > 0 != want || others < 20 {
					t.Errorf("%s\n%d roles and %d other objects have the tag %s; roles should: %t",
						tc.reason, roles, others, tag, want)
				}
			}
			if roles, _ := taggedWith(w, "kasha.io/namespace"); roles < 6 {
				t.Errorf("%d roles have the tag kasha.io/namespace, which nobody else can set", roles)
			}
		})
	}
}

// crossplaneTakes is gRPC's default for the largest message that a client receives. Crossplane
// sets no other.
// https://github.com/crossplane/crossplane/blob/v2.3.4/internal/xfn/function_runner.go
const crossplaneTakes = 4 << 20

// largest is a claim with as much of everything as the schema takes, as far as it makes
// resources or long ones.
func largest() string {
	tags := func(n, letters int) string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf("k%02d: %s", i, strings.Repeat("漢", letters)))
		}
		return strings.Join(out, ", ")
	}
	var queues, rules, allowed, denied, env []string
	for i := range 20 {
		queues = append(queues, fmt.Sprintf("{name: queue-%02d}", i))
	}
	for i := range 10 {
		env = append(env, fmt.Sprintf("LARGE_%d: %s", i, strings.Repeat("x", 4000)))
	}
	for i := range 60 {
		rules = append(rules,
			fmt.Sprintf("{subnets: data, direction: Ingress, number: %d, cidr: 203.0.113.%d/32}", i+1, i))
	}
	for i := range 500 {
		allowed = append(allowed, fmt.Sprintf("198.51.%d.%d/32", i/250, i%250))
		denied = append(denied, fmt.Sprintf("192.0.%d.%d/32", i/250, i%250))
	}
	return `
spec:
  tags: {` + tags(40, 33) + `}
  availabilityZones: [us-east-1a, us-east-1b, us-east-1c]
  queues: [` + strings.Join(queues, ", ") + `]
  network:
    denyRules: [` + strings.Join(rules, ", ") + `]
    endpoints: {interface: [ecr.api, ecr.dkr, logs, secretsmanager, sqs, kms], policy: Account}
  edge:
    waf: {allowCIDRs: [` + strings.Join(allowed, ", ") + `], denyCIDRs: [` + strings.Join(denied, ", ") + `]}
    responseHeaders: {contentSecurityPolicy: "` + strings.Repeat("x", 4096) + `"}
  backend: {env: {` + strings.Join(env, ", ") + `}}
  database: {readReplicas: 5}
`
}

// TestLargestClaimFits: with tags of as many bytes as a claim and a guardrail may have
// together, and as many resources as a claim can ask for, the response is one that Crossplane
// takes. Half of it is left for what later versions add.
func TestLargestClaimFits(t *testing.T) {
	var imposed []string
	for i := range 3 {
		imposed = append(imposed, fmt.Sprintf("i%d: %s", i, strings.Repeat("漢", 226)))
	}
	c := merge(claim(t, everything), claim(t, largest()))
	w := within(c, guardrail(t, `spec: {impose: {tags: {`+strings.Join(imposed, ", ")+`}}}`))
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	size := proto.Size(w.Response)
	t.Logf("%d resources, %d bytes", len(desired(w)), size)
	if size > crossplaneTakes/2 {
		t.Errorf("the response has %d bytes, and Crossplane takes %d", size, crossplaneTakes)
	}
	if roles, others := taggedWith(w, "i2"); roles < 4 || others < 200 {
		t.Errorf("%d roles and %d others carry the imposed tags; the claim is not large", roles, others)
	}
}
