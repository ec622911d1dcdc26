package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestValidateAsJSON(t *testing.T) {
	t.Parallel()
	out, errs, code := run(t, read(t, examples+"minimal.yaml"), "validate", "-", "-o", "json")
	var v struct {
		Claim     string
		Valid     bool
		Resources int
		TotalUSD  string
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 || errs != "" {
		t.Fatalf("%v, %d, %s", err, code, errs)
	}
	if v.Claim != "team-shop/shop" || !v.Valid || v.Resources < 100 || v.TotalUSD == "" {
		t.Errorf("got %+v", v)
	}
}

// TestNamespace: --namespace is that of a claim without one, and of no other.
func TestNamespace(t *testing.T) {
	t.Parallel()
	without := strings.Replace(read(t, examples+"minimal.yaml"), "  namespace: team-shop\n", "", 1)
	for stdin, want := range map[string]string{
		without: "mine/shop is valid", read(t, examples+"minimal.yaml"): "team-shop/shop is valid",
	} {
		if out, errs, _ := run(t, stdin, "validate", "-n", "mine", "-"); !strings.HasPrefix(out, want) {
			t.Errorf("got %s%s, want %q", out, errs, want)
		}
	}
}

// TestGuardrails: a claim is judged within the bounds of its platform.
func TestGuardrails(t *testing.T) {
	t.Parallel()
	strict := write(t, "guardrails.yaml", strings.Replace(read(t, examples+"guardrails/team-shop.yaml"),
		"monthlyUSD: 4000", "monthlyUSD: 100", 1))
	for _, command := range []string{"validate", "cost", "render"} {
		out, errs, code := run(t, "", command, "--guardrails", strict, examples+"minimal.yaml")
		if code != 1 || !strings.Contains(out+errs, "(limit.monthlyUSD)") {
			t.Errorf("%s ends with %d:\n%s%s", command, code, out, errs)
		}
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	out, errs, code := run(t, "", "render", examples+"minimal.yaml")
	if code != 0 || errs != "" || strings.Count(out, "\n---\n") < 100 {
		t.Fatalf("ends with %d and %d documents: %s", code, strings.Count(out, "\n---\n"), errs)
	}
	for _, want := range []string{"crossplane.io/composition-resource-name: db-primary", "kind: Distribution"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %s", want)
		}
	}
	out, _, _ = run(t, "", "render", "-o", "json", examples+"minimal.yaml")
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Items) < 100 {
		t.Errorf("%d items of JSON: %v", len(list.Items), err)
	}
}

// TestDiffWithARevision: the claim before is in git.
func TestDiffWithARevision(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	claim := filepath.Join(dir, "claim.yaml")
	save := func(content string) {
		if err := os.WriteFile(claim, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com",
			"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	unprotected := read(t, examples+"minimal.yaml") + "  deletionProtection: false\n"
	save(unprotected)
	git("init", "-q")
	git("commit", "-q", "--allow-empty", "-m", "Begin")
	if out, errs, code := run(t, "", "diff", claim); code != 0 || !strings.Contains(out, " 0 to delete.") ||
		strings.Contains(out, " 0 to add") {
		t.Errorf("a new claim: %d, %s\n%.300s", code, errs, out)
	}
	git("add", ".")
	git("commit", "-q", "-m", "Add")
	save(unprotected + "  queues: []\n")
	out, errs, code := run(t, "", "diff", claim)
	if code != 0 || !strings.Contains(out, "!  queue-jobs is DELETED; you lose the messages in it\n") {
		t.Errorf("ends with %d:\n%s%s", code, out, errs)
	}
	out, _, _ = run(t, "", "diff", "-o", "json", claim)
	var report struct {
		Lost []struct{ Key string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Lost) == 0 {
		t.Errorf("the report has %v: %v", report, err)
	}
	if out, _, _ := run(t, "", "diff", "--markdown", claim); !strings.Contains(out, "> [!CAUTION]") {
		t.Errorf("Markdown lacks the loss:\n%s", out)
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	out, errs, code := run(t, "", "cost", "--base", examples+"minimal.yaml", examples+"nonproduction.yaml")
	for _, want := range []string{"team-shop/shop-dev costs ", ", was ", "What the change costs:", "--output json"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("ends with %d, and lacks %q:\n%s%s", code, want, out, errs)
		}
	}
	out, _, _ = run(t, "", "cost", "-o", "yaml", examples+"minimal.yaml")
	var sheet struct {
		Report struct{ Total struct{ USD float64 } }
	}
	if err := yaml.Unmarshal([]byte(out), &sheet); err != nil || sheet.Report.Total.USD < 100 {
		t.Errorf("the sheet has %v: %v", sheet, err)
	}
}

func TestGraph(t *testing.T) {
	t.Parallel()
	out, errs, code := run(t, "", "graph", examples+"minimal.yaml")
	line := ""
	for _, l := range strings.Split(out, "\n") {
		if f := strings.Fields(l); len(f) > 3 && f[1] == "queue-jobs" {
			line = l
		}
	}
	if code != 0 || !strings.Contains(line, "sqs/Queue") || !strings.Contains(line, "dlq-jobs") {
		t.Errorf("ends with %d, and says of the queue %q: %s", code, line, errs)
	}
	page := filepath.Join(t.TempDir(), "page.html")
	if _, errs, code := run(t, "", "graph", "--file", page, examples+"minimal.yaml"); code != 0 ||
		!strings.Contains(read(t, page), `data-key="queue-jobs"`) {
		t.Errorf("the page lacks the queue: %d, %s", code, errs)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]string{
		"backend.image":           {"spec.backend.image  string, required"},
		"services[].expose.paths": {"spec.services[].expose.paths  list of string"},
		"status.cost":             {"status.cost", "totalUSD"},
		"region":                  {"immutable", "default \"us-east-1\""},
		"backend.scaling.max":     {"integer, default 4, at least 1, at most 1000"},
		"":                        {"spec  object", "queues"},
	} {
		out, errs, code := run(t, "", "explain", path)
		for _, w := range want {
			if code != 0 || !strings.Contains(out, w) {
				t.Errorf("%q: ends with %d and lacks %q:\n%s%s", path, code, w, out, errs)
			}
		}
	}
}
