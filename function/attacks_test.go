package function

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/schema"
)

// An attack is a row of the table of docs/guardrails.md.
type attack struct {
	name string
	// specs are parts of a claim's spec. The last is the attack; those before it are the
	// claim's earlier specs.
	specs []string
	stops string
	says  string
	// cell is the whole cell of the message.
	cell string
}

var code = regexp.MustCompile("`([^`]+)`")

// attacks reads the table. Its form is part of the page.
func attacks(t *testing.T) []attack {
	t.Helper()
	b, err := os.ReadFile("../docs/guardrails.md")
	if err != nil {
		t.Fatal(err)
	}
	const head = "| The claim | Who writes it | What stops it | The message |\n|---|---|---|---|\n"
	_, table, ok := strings.Cut(string(b), head)
	if !ok {
		t.Fatal("the page has no table of attacks")
	}
	var out []attack
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 {
			t.Fatalf("the row has %d cells: %s", len(cells), line)
		}
		a := attack{stops: strings.TrimSpace(cells[2]), cell: strings.TrimSpace(cells[3])}
		a.name, _, _ = strings.Cut(strings.TrimSpace(cells[0]), ":")
		for _, m := range code.FindAllStringSubmatch(cells[0], -1) {
			a.specs = append(a.specs, m[1])
		}
		if m := code.FindStringSubmatch(cells[3]); m != nil {
			a.says = m[1]
		}
		out = append(out, a)
	}
	return out
}

// attacked is the minimal example with a part of a spec.
func attacked(t *testing.T, spec string) map[string]any {
	t.Helper()
	o, err := schema.Decode([]byte("spec: {" + spec + "}"))
	if err != nil {
		t.Fatal(err)
	}
	return merge(examples(t)["minimal"], o)
}

func exampleGuardrail(t *testing.T) map[string]any {
	t.Helper()
	b, err := os.ReadFile("../examples/guardrails/team-shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g, err := schema.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Admit(g, nil); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestAttacks runs every attack that the page says the function or the API server stops,
// within the guardrail that is shipped.
func TestAttacks(t *testing.T) {
	ran := map[string]int{}
	for _, a := range attacks(t) {
		who := whoStops(a)
		if who == "" {
			continue
		}
		ran[who]++
		t.Run(a.name, func(t *testing.T) {
			if len(a.specs) == 0 || a.says == "" {
				t.Fatal("the row has no claim, or no message")
			}
			if who == "composition" {
				composedSafely(t, a)
				return
			}
			if who == "API server" {
				var before map[string]any
				for _, spec := range a.specs[:len(a.specs)-1] {
					before = attacked(t, spec)
					defaulted(t, before)
				}
				if err := schema.Admit(attacked(t, a.specs[len(a.specs)-1]), before); err == nil ||
					!strings.Contains(err.Error(), a.says) {
					t.Errorf("the API server says %v, and the page %q", err, a.says)
				}
				return
			}
			stopped(t, a)
		})
	}
	if ran["function"] < 27 || ran["API server"] < 2 || ran["composition"] < 3 {
		t.Errorf("only %v rows were run; the table must keep its form", ran)
	}
}

// ranElsewhere are the tests of the attacks that no test of the table runs, with their files.
var ranElsewhere = map[string][2]string{
	"makes the function's answer larger than Crossplane takes, so that nothing of the claim ever changes": {
		"tags_test.go", "TestLargestClaimFits",
	},
	"its application calls AWS for more than it needs": {"grants_test.go", "TestRolesAreWithinTheBoundary"},
	"restores it where no guardrail bounds it, from a snapshot with the tags of the other team's database": {
		"snapshot_test.go", "TestSnapshotOfAnotherNamespace",
	},
	"is in a namespace that the platform team forgot":           {"internal/guard/judge_test.go", "TestUncovered"},
	"takes the function's memory with many connections at once": {"gate_test.go", "TestGateBoundsAllClients"},
	"replaces the function by another image": {
		"../tools/packager/check_test.go", "TestCheckConfiguration",
	},
}

// TestEveryAttackIsATest: no row is only words. Nothing stops the rows that say so.
func TestEveryAttackIsATest(t *testing.T) {
	left := maps.Clone(ranElsewhere)
	for _, a := range attacks(t) {
		by, elsewhere := ranElsewhere[a.name]
		delete(left, a.name)
		switch {
		case whoStops(a) != "", strings.HasPrefix(a.stops, "nothing; "), strings.HasPrefix(a.stops, "IAM, "):
		case strings.HasPrefix(a.stops, "admission, "):
			isRunByControlPlane(t, a)
		case !elsewhere:
			t.Errorf("no test runs the attack %q, which is stopped by %q", a.name, a.stops)
		default:
			if b, err := os.ReadFile(by[0]); err != nil || !strings.Contains(string(b), "func "+by[1]+"(t *") {
				t.Errorf("the attack %q has no test %s in %s (%v)", a.name, by[1], by[0], err)
			}
		}
	}
	for name := range left {
		t.Errorf("the page has no attack %q", name)
	}
}

var blanks = regexp.MustCompile(`[\s'+]+`)

// isRunByControlPlane checks that the row's message is one of the policies', and that a test of the control plane
// expects a part of it.
func isRunByControlPlane(t *testing.T, a attack) {
	t.Helper()
	b, err := os.ReadFile("../docs/install/admission.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if plain := blanks.ReplaceAllString(string(b), " "); !strings.Contains(plain, a.says) {
		t.Errorf("%s: no policy says %q", a.name, a.says)
	}
	var expected []string
	for _, file := range []string{"policies_test.go", "protection_test.go"} {
		b, err := os.ReadFile("../test/e2e/controlplane/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([^"\n]{20,})"`).FindAllStringSubmatch(string(b), -1) {
			expected = append(expected, m[1])
		}
	}
	if !slices.ContainsFunc(expected, func(e string) bool {
		if _, why, ok := strings.Cut(e, ": "); ok {
			e = why
		}
		return strings.Contains(e, a.says) || strings.Contains(a.says, e)
	}) {
		t.Errorf("%s: no test of the control plane expects %q", a.name, a.says)
	}
}

// whoStops is who stops an attack, if it is one of those that the test runs.
func whoStops(a attack) string {
	switch {
	case strings.HasPrefix(a.stops, "function, "):
		return "function"
	case strings.HasPrefix(a.stops, "composition: "):
		return "composition"
	case a.stops == "API server":
		return a.stops
	}
	return ""
}

// composedSafely looks up what the page says that the claim is composed of. There is no
// guardrail.
func composedSafely(t *testing.T, a attack) {
	t.Helper()
	c := attacked(t, a.specs[0])
	defaulted(t, c)
	for _, m := range kept(a.cell, desired(atRest(t, c)), claimFields(t)) {
		t.Error(m)
	}
}

func stopped(t *testing.T, a attack) {
	t.Helper()
	c := attacked(t, a.specs[0])
	defaulted(t, c)
	w := within(c, exampleGuardrail(t))
	got := settleOrRefuse(t, w)
	for _, spec := range a.specs[1:] {
		if got != "" {
			t.Fatalf("the claim is refused before the attack: %s", got)
		}
		changeSpec(t, w, spec)
		got = settleOrRefuse(t, w)
	}
	if strings.HasPrefix(a.stops, "function, always") {
		// The rules of a guardrail that refuse it too do not matter.
		if got = settleOrRefuse(t, within(c)); !strings.Contains(got, a.says) {
			t.Errorf("without a guardrail the function says\n%s\nand the page says\n%s", got, a.says)
		}
		return
	}
	rule := code.FindStringSubmatch(a.stops)[1]
	if !strings.Contains(got, a.says) || !strings.Contains(got, "("+rule+")") {
		t.Errorf("the function says\n%s\nand the page says that %s says\n%s", got, rule, a.says)
	}
}

// TestMinimalIsWithin: the guardrail accepts the claim that the attacks change.
func TestMinimalIsWithin(t *testing.T) {
	if m := settleOrRefuse(t, within(examples(t)["minimal"], exampleGuardrail(t))); m != "" {
		t.Error(m)
	}
}

// TestAdmissionHasAttacks: the page has a row for every policy that is shipped. The control
// plane's test runs them.
func TestAdmissionHasAttacks(t *testing.T) {
	b, err := os.ReadFile("../docs/install/admission.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var shipped, told []string
	for document := range strings.SplitSeq(string(b), "\n---\n") {
		var o struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		if o.Kind == "ValidatingAdmissionPolicy" {
			shipped = append(shipped, o.Metadata.Name)
		}
	}
	for _, a := range attacks(t) {
		if rest, ok := strings.CutPrefix(a.stops, "admission, "); ok {
			told = append(told, code.FindStringSubmatch(rest)[1])
		}
	}
	slices.Sort(shipped)
	slices.Sort(told)
	if diff := cmp.Diff(shipped, slices.Compact(told)); diff != "" {
		t.Errorf("the policies that have a row in docs/guardrails.md (-admission.yaml, +page):\n%s", diff)
	}
}
