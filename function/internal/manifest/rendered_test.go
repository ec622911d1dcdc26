package manifest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const stream = `---
` + minimal + `---
apiVersion: rds.aws.m.upbound.io/v1beta1
kind: Instance
metadata:
  name: shop-db
  annotations:
    crossplane.io/composition-resource-name: db
    platform.kasha.io/purpose: The database.
  labels: {platform.kasha.io/tier: database}
---
apiVersion: v1
kind: Secret
metadata: {name: shop-s}
`

func TestReadRendered(t *testing.T) {
	cases := map[string]struct {
		reason string
		stream string
		claim  string
		want   [][]string
		err    string
	}{
		"Stream": {
			reason: "The claim is separated from its resources.",
			stream: stream,
			claim:  "shop",
			want:   [][]string{{"shop-db", "db", "The database.", "database", "rds"}, {"shop-s", "", "", "", ""}},
		},
		"Empty": {
			reason: "An empty stream has no claim and no resources.",
			stream: "",
		},
		"NotYAML": {
			reason: "The error names the file.",
			stream: "a: [",
			err:    "stream.yaml",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stream.yaml")
			if err := os.WriteFile(path, []byte(tc.stream), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := ReadRendered(path)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("%s\nReadRendered(...): want an error with %q, got %v", tc.reason, tc.err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			for _, o := range r.Resources {
				got = append(got, []string{o.Text("metadata", "name"), o.Key(), o.Purpose(), o.Tier(), o.Service()})
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got := r.Claim.Text("metadata", "name"); got != tc.claim {
				t.Errorf("%s\nclaim: want %q, got %q", tc.reason, tc.claim, got)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	base := map[string]any{"a": "1", "b": map[string]any{"c": "2", "d": "3"}, "e": []any{"4"}}
	over := map[string]any{"a": nil, "b": map[string]any{"d": "5"}, "e": []any{"6"}, "f": "7"}
	want := map[string]any{"b": map[string]any{"c": "2", "d": "5"}, "e": []any{"6"}, "f": "7"}
	if diff := cmp.Diff(want, Merge(base, over)); diff != "" {
		t.Errorf("Merge(...): -want, +got:\n%s", diff)
	}
}
