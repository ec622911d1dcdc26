package preview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

func TestEverywhere(t *testing.T) {
	spec := map[string]any{
		"backend": map[string]any{"cpu": int64(512)},
		"workers": []any{map[string]any{"name": "mail", "architecture": "X86_64"}},
	}
	got := everywhere(spec, map[string]any{"architecture": "ARM64"})
	want := map[string]any{
		"frontend": map[string]any{"architecture": "ARM64"},
		"backend":  map[string]any{"architecture": "ARM64"},
		"workers":  []any{map[string]any{"name": "mail", "architecture": "ARM64"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if spec["workers"].([]any)[0].(map[string]any)["architecture"] != "X86_64" {
		t.Error("the claim itself was changed")
	}
}

func TestGravitonDatabase(t *testing.T) {
	for class, want := range map[string]string{
		"db.t3.micro": "db.t4g.micro", "db.m5.2xlarge": "db.m6g.2xlarge", "db.r7i.large": "db.r8g.large",
		"db.t4g.medium": "", "db.x2idn.16xlarge": "",
	} {
		v := gravitonDatabase(&cost.Report{Lines: []cost.ReportLine{
			{Title: "Restored database", Of: "db.r5.large"}, {Title: cost.DatabaseInstances, Of: class},
		}})
		got, _ := v.over(nil)["database"].(map[string]any)
		if text, _ := got["instanceClass"].(string); text != want || want != "" &&
			v.fields != "database.instanceClass: "+want {
			t.Errorf("%s becomes %q: %s", class, text, v.fields)
		}
	}
}
