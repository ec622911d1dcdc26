package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	f := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(f, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ok := []string{"--function=" + f, "--crossplane=" + f, "--core=" + f, "--xrd=" + f, "--composition=" + f}
	cases := map[string]struct {
		args []string
		err  string
	}{
		"NoFunction":     {args: nil, err: "--function is not set"},
		"NoSuchFile":     {args: append(ok, "--observed=/does/not/exist"), err: "check the path"},
		"NoSuchTime":     {args: append(ok, "--at=noon"), err: "use first or rest"},
		"RestObserved":   {args: append(ok, "--at=rest", "--observed="+f), err: "leave one of the two out"},
		"NothingToCheck": {args: append(ok, "--validate"), err: "name their files"},
		"Arguments":      {args: append(ok, "claim.yaml"), err: "use --claim"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := parse(tc.args, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("parse(%q): want an error with %q, got %v", tc.args, tc.err, err)
			}
		})
	}
}
