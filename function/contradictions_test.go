package main

import (
	"strings"
	"testing"
)

// TestMaxStorageBelowTheVolume: AWS has grown a volume, and the claim then lowers the
// maximum below it. AWS would reject that at every attempt, so the claim is refused in words. A
// volume that has just reached an unchanged maximum is no reason to refuse.
func TestMaxStorageBelowTheVolume(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key   string
		grown float64
		want  string
	}{
		"Primary": {
			"db-primary", 80,
			"cannot limit the storage of shop-db-primary to 60 GiB: AWS has grown its volume to 80 GiB",
		},
		"Replica": {"db-replica-1", 90, "cannot limit the storage of shop-db-replica-1 to 60 GiB"},
		"Full":    {"db-primary", 60, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, "")))
			at(w.Observed[tc.key])["allocatedStorage"] = tc.grown
			//nolint:forcetypeassert // Defaulted.
			w.Composite["spec"].(map[string]any)["database"].(map[string]any)["maxStorageGiB"] = float64(60)
			_, err := w.Pass(t.Context(), newFunction())
			if tc.want == "" && err != nil {
				t.Errorf("want no error, got: %v", err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("want an error with %q, got: %v", tc.want, err)
			}
		})
	}
}
