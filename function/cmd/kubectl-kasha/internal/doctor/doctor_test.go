package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster/clustertest"
)

// rest is the time at which everything of the simulated claims has been there for a while.
var rest = time.Date(2026, 1, 2, 3, 14, 5, 0, time.UTC)

// A patient is a world of which a test breaks something.
type patient struct {
	*World
	t *testing.T
}

// healthy is a claim at rest in a cluster that is as it should be.
func healthy(t *testing.T) *patient {
	t.Helper()
	objects := clustertest.Objects(t, clustertest.Released, nil)
	claim, err := cluster.ClaimOf(objects[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects[1:] {
		claim.Resources = append(claim.Resources, cluster.Judge(o))
	}
	return &patient{&World{Claim: claim, Now: rest, Installation: &cluster.Installation{
		Providers:  []unstructured.Unstructured{called("Provider", "provider-aws-ec2", "Healthy", "True")},
		Guardrails: nil,
		Webhooks:   []unstructured.Unstructured{called("ValidatingWebhookConfiguration", noUsages, "", "")},
	}}, t}
}

// called is an object with a condition.
func called(kind, name, condition, status string) unstructured.Unstructured {
	return unstructured.Unstructured{Object: map[string]any{
		"kind": kind, "metadata": map[string]any{"name": name},
		"status": map[string]any{"conditions": []any{map[string]any{"type": condition, "status": status}}},
	}}
}

// resource of a key, whose object a test changes.
func (p *patient) resource(key string) *cluster.Resource {
	p.t.Helper()
	r := p.Claim.Resource(key)
	if r == nil {
		p.t.Fatalf("the claim has no %s", key)
	}
	return r
}

// change a resource's object and judge it again.
func (p *patient) change(key string, change func(o *unstructured.Unstructured)) {
	p.t.Helper()
	r := p.resource(key)
	change(r.Unstructured)
	*r = cluster.Judge(r.Unstructured)
}

// says makes a resource's condition False with a message.
func (p *patient) says(key, message string) {
	p.t.Helper()
	p.change(key, func(o *unstructured.Unstructured) { setCondition(p.t, o, "Synced", "False", "", message) })
}

// claimSays sets a condition of the claim.
func (p *patient) claimSays(condition, status, reason, message string) {
	p.t.Helper()
	setCondition(p.t, p.Claim.Object, condition, status, reason, message)
}

func setCondition(t *testing.T, o *unstructured.Unstructured, condition, status, reason, message string) {
	t.Helper()
	list, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	list = slices.DeleteFunc(list, func(c any) bool {
		m, _ := c.(map[string]any)
		return m["type"] == condition
	})
	list = append(list, map[string]any{
		"type": condition, "status": status, "reason": reason, "message": message,
		"lastTransitionTime": "2026-01-02T03:05:00Z",
	})
	if err := unstructured.SetNestedSlice(o.Object, list, "status", "conditions"); err != nil {
		t.Fatal(err)
	}
}

// A diagnosis is what the doctor should find.
type diagnosis struct {
	reason string
	harm   func(p *patient)
	check  string
	says   []string
	// command is a part of the command, and fixes what --fix does.
	command string
	fixes   []string
}

// diagnose runs a table. Each case finds what it names, and nothing else that is broken.
func diagnose(t *testing.T, cases map[string]diagnosis) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := healthy(t)
			tc.harm(p)
			findings := Examine(p.World)
			i := slices.IndexFunc(findings, func(f Finding) bool { return f.Check == tc.check })
			if i < 0 {
				t.Fatalf("%s\nthe doctor finds no %s: %+v", tc.reason, tc.check, findings)
			}
			f := findings[i]
			for _, s := range tc.says {
				if !strings.Contains(f.Says, s) {
					t.Errorf("%s\nthe finding lacks %q: %s", tc.reason, s, f.Says)
				}
			}
			if !strings.Contains(f.Command, tc.command) {
				t.Errorf("%s\nthe command is %q, want %q", tc.reason, f.Command, tc.command)
			}
			hands := &fakeHands{}
			Fix(t.Context(), findings, hands, hands)
			if !slices.Equal(hands.did, tc.fixes) {
				t.Errorf("%s\n--fix does %q, want %q", tc.reason, hands.did, tc.fixes)
			}
			if (len(tc.fixes) > 0) != (f.Fixable && findings[i].Fixed) {
				t.Errorf("%s\nfixable: %v, fixed: %v", tc.reason, f.Fixable, findings[i].Fixed)
			}
		})
	}
}

// fakeHands note what they are told to do.
type fakeHands struct {
	did []string
	err error
}

func (h *fakeHands) Annotate(_ context.Context, r *cluster.Resource, annotations map[string]*string) error {
	var parts []string
	for k, v := range annotations {
		if v == nil {
			parts = append(parts, k+"-")
			continue
		}
		parts = append(parts, k+"="+*v)
	}
	slices.Sort(parts)
	h.did = append(h.did, fmt.Sprintf("annotate %s %s", r.GetName(), strings.Join(parts, " ")))
	return h.err
}

func (h *fakeHands) Delete(_ context.Context, r *cluster.Resource) error {
	h.did = append(h.did, "delete "+r.GetName())
	return h.err
}

func (h *fakeHands) Drop(_ context.Context, r *cluster.Resource) error {
	h.did = append(h.did, "drop "+r.GetName())
	return h.err
}

// TestHealthy: the doctor finds nothing where nothing is wrong.
func TestHealthy(t *testing.T) {
	if f := Examine(healthy(t).World); len(f) > 0 {
		t.Errorf("the doctor finds %+v", f)
	}
}

// TestFixSaysWhatItCannot: a fix that fails says why, and the others go on.
func TestFixSaysWhatItCannot(t *testing.T) {
	p := healthy(t)
	p.says("alb-public", "ELBv2 Load Balancer (shop) already exists")
	p.AWS = &AWS{Names: map[string]string{"alb-public": "arn:aws:elasticloadbalancing:a"}}
	rule := ""
	for i := range p.Claim.Resources {
		if p.Claim.Resources[i].GetKind() == "Route" {
			rule = p.Claim.Resources[i].Key
		}
	}
	p.says(rule, "api error RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.")
	findings := Examine(p.World)
	Fix(t.Context(), findings, &fakeHands{err: errors.New("denied")}, nil)
	failed := map[string]string{}
	for _, f := range findings {
		failed[f.Check+" "+f.Object] = f.Failed
	}
	if failed["forgotten LB shop-alb-public"] != "denied" ||
		!strings.Contains(failed["forgotten Route shop-"+rule], "give --aws") {
		t.Errorf("got %v", failed)
	}
}

// TestTheDoctorKnowsEveryRow: each section of the two pages is the row of a check, or is in the list of what cannot be
// seen; and each row is a section.
func TestTheDoctorKnowsEveryRow(t *testing.T) {
	known := map[string]string{}
	for _, c := range Checks {
		for _, row := range c.Rows {
			known[row] = "the check " + c.Name
		}
	}
	for row, why := range Unseen {
		if known[row] != "" || why == "" {
			t.Errorf("%s cannot be seen, and is a row of %s", row, known[row])
		}
		known[row] = "Unseen"
	}
	for _, page := range []string{"known-issues.md", "troubleshooting.md"} {
		for _, section := range sections(t, page) {
			row := page + "#" + section
			if known[row] == "" {
				t.Errorf("no check knows %s: write one, or say in Unseen why none can", row)
			}
			delete(known, row)
		}
	}
	for row, of := range known {
		t.Errorf("%s names %s, which is no section", of, row)
	}
}

// chapters are headings that only group sections.
var chapters = []string{"crossplane", "provider-aws", "moto"}

var notInAnchors = regexp.MustCompile(`[^a-z0-9 _-]`)

// sections are the anchors of a page's sections, as GitHub makes them.
func sections(t *testing.T, page string) []string {
	t.Helper()
	b, err := os.ReadFile("../../../../../docs/" + page)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		heading, is := strings.CutPrefix(strings.TrimLeft(strings.TrimSpace(line), "#"), " ")
		if !strings.HasPrefix(line, "##") || !is {
			continue
		}
		anchor := strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
		if !slices.Contains(chapters, anchor) {
			out = append(out, anchor)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s has no sections", page)
	}
	return out
}
