package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/internal/cost"
)

// TestCosts asks a running function. It needs one: KASHA_FUNCTION is its path.
func TestCosts(t *testing.T) {
	function := os.Getenv("KASHA_FUNCTION")
	if function == "" {
		t.Skip("KASHA_FUNCTION is not set; run make test")
	}
	t.Chdir("../../..")
	ask := func(args ...string) cost.Sheet {
		t.Helper()
		var out, errs bytes.Buffer
		args = append([]string{"--costs", "--function", function}, args...)
		if err := run(t.Context(), args, &out, &errs); err != nil {
			t.Fatal(err, errs.String())
		}
		var s cost.Sheet
		if err := json.Unmarshal(out.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := ask("--claim", "examples/minimal.yaml", "--base", "examples/nonproduction.yaml")
	r := s.Report
	if s.Claim != "team-shop/shop" || s.Environment != "Production" || len(r.Lines) < 20 ||
		r.Total.USD <= r.AtRest.USD {
		t.Errorf("%s, %s: %d lines, %v in all", s.Claim, s.Environment, len(r.Lines), r.Total)
	}
	if s.Before == nil || s.Before.Total.USD >= r.Total.USD {
		t.Errorf("before: %+v", s.Before)
	}
	if s.Other == nil || s.Other.Title != "NonProduction" || s.Other.Report.Total.USD >= r.Total.USD {
		t.Errorf("the other environment: %+v", s.Other)
	}
	if len(s.Variants) != len(preview.Variants) {
		t.Errorf("%d variants of %d", len(s.Variants), len(preview.Variants))
	}
	for _, v := range s.Variants {
		if !strings.HasPrefix(v.Title, "no interface endpoints") && v.Report.Total.USD >= r.Total.USD {
			t.Errorf("%s costs %v instead of %v", v.Title, v.Report.Total, r.Total)
		}
	}
	if s := ask("--claim", "examples/nonproduction.yaml"); s.Environment != "NonProduction" || s.Before != nil ||
		s.Other.Title != "Production" || s.Other.Report.Total.USD <= s.Report.Total.USD {
		t.Errorf("%s: other %s", s.Environment, s.Other.Title)
	}

	// A claim that its guardrails refuse has no costs.
	b, err := os.ReadFile("examples/guardrails/team-shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	strict := filepath.Join(t.TempDir(), "guardrails.yaml")
	b = bytes.Replace(b, []byte("monthlyUSD: 4000"), []byte("monthlyUSD: 100"), 1)
	if err := os.WriteFile(strict, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	err = run(t.Context(), []string{
		"--costs", "--function", function, "--claim", "examples/minimal.yaml", "--required", strict,
	}, &out, &errs)
	if err == nil || !strings.Contains(err.Error(), "(limit.monthlyUSD)") || out.Len() > 0 {
		t.Errorf("a claim beyond its limit: %v, %s", err, out.String())
	}
}
