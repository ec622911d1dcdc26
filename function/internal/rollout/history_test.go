package rollout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// clocked are two versions, and a condition of a third object that tells the time.
func clocked(t *testing.T, hour int) *stack.Stack {
	t.Helper()
	o := service(v1, v1)
	params(o, "status")["conditions"] = []any{map[string]any{
		"type": "Synced", "lastTransitionTime": fmt.Sprintf("2026-01-01T%02d:00:00Z", hour),
	}}
	return newStack(t, o, "image:1")
}

func TestRemember(t *testing.T) {
	serves := func(arn string) State { return State{Phase: RolledOut, Wanted: arn, Running: arn} }
	proved := func(arn, from, to string) State {
		st := serves(arn)
		st.Proven, st.Answer = true, runner.Answer{Status: runner.Succeeded, Started: from, Finished: to}
		return st
	}
	goes := State{Phase: Progressing, Proven: true, Wanted: v2}
	fails := State{
		Phase: RolledBack, Proven: true, Wanted: v2, Running: v1, Current: key2, Message: "crashed",
		Ledger: Ledger{Failed: &Failure{TaskDefinition: v2, Runs: v1, Started: "10:01", Finished: "10:20"}},
	}
	cases := map[string]struct {
		reason string
		states []State
		want   string
	}{
		"Living": {
			reason: "When a version was deployed before there was a history is not known.",
			states: []State{serves(v1), serves(v1)},
			want:   "image:1 Serving - -",
		},
		"Nothing": {
			reason: "A service that does not exist has no version.",
			states: []State{{Phase: Unknown}},
		},
		"Unknown": {
			reason: "What AWS does not report for a moment is not forgotten.",
			states: []State{serves(v1), {Phase: Unknown}, {Phase: Progressing, Wanted: "gone"}},
			want:   "image:1 Serving - -",
		},
		"First": {
			reason: "The runner knows the times better.",
			states: []State{
				{Phase: Progressing, Proven: true, Wanted: v1}, proved(v1, "01:30", "01:40"), serves(v1),
			},
			want: "image:1 Serving 01:30 01:40",
		},
		"Deploying": {
			reason: "The version before serves meanwhile.",
			states: []State{serves(v1), goes, goes},
			want:   "image:2 Progressing 2h -, image:1 Serving - -",
		},
		"Deployed": {
			reason: "The version before has made place.",
			states: []State{serves(v1), goes, proved(v2, "02:01", "02:09"), serves(v2)},
			want:   "image:2 Serving 02:01 02:09, image:1 Replaced - -",
		},
		"RolledBack": {
			reason: "The version before goes on serving, while it is deployed again and after that.",
			states: []State{
				serves(v1), goes, fails, {Phase: Progressing, Proven: true, Wanted: v1, Ledger: fails.Ledger}, fails,
			},
			want: "image:2 RolledBack 10:01 10:20 crashed, image:1 Serving - -",
		},
		"Once": {
			reason: "What is said again in each pass has happened once.",
			states: []State{serves(v1), goes, fails, fails, fails},
			want:   "image:2 RolledBack 10:01 10:20 crashed, image:1 Serving - -",
		},
		"TriedAgain": {
			reason: "The same version is deployed once more.",
			states: []State{serves(v1), goes, fails, serves(v1), goes, goes, proved(v2, "05:01", "05:09")},
			want: "image:2 Serving 05:01 05:09, image:2 RolledBack 10:01 10:20 crashed, " +
				"image:1 Replaced - -",
		},
		"TriedAgainUnseen": {
			reason: "No pass has seen that it was deployed once more.",
			states: []State{serves(v1), goes, fails, serves(v1), proved(v2, "05:01", "05:09")},
			want: "image:2 Serving 05:01 05:09, image:2 RolledBack 10:01 10:20 crashed, " +
				"image:1 Replaced - -",
		},
		"GoneBack": {
			reason: "An older version is a new deployment.",
			states: []State{serves(v1), goes, proved(v2, "02:01", "02:09"), proved(v1, "04:01", "04:09")},
			want:   "image:1 Serving 04:01 04:09, image:2 Replaced 02:01 02:09, image:1 Replaced - -",
		},
		"Overtaken": {
			reason: "A version that never served has made place, too.",
			states: []State{serves(v1), goes, proved(v1, "03:01", "03:09")},
			want:   "image:2 Replaced 2h 3h, image:1 Serving 03:01 03:09",
		},
		"Failed": {
			reason: "There is no version before the first.",
			states: []State{
				{Phase: Progressing, Proven: true, Wanted: v1},
				{Phase: Failed, Proven: true, Wanted: v1, Current: key1, Message: "crashed"},
			},
			want: "image:1 Failed 1h 2h crashed",
		},
		"ByProvider": {
			reason: "The provider tells no times, and forgets its error.",
			states: []State{
				serves(v1),
				{Phase: Progressing, Wanted: v2, Running: v1}, {Phase: Progressing, Wanted: v2, Running: v1},
				{Phase: RolledBack, Wanted: v2, Running: v1, Current: key2, Message: "crashed"},
				{Phase: RolledBack, Wanted: v1, Running: v1, Current: key2},
			},
			want: "image:2 RolledBack 2h 4h crashed, image:1 Serving - -",
		},
		"Flap": {
			reason: "For a moment nobody says that the version has failed.",
			states: []State{
				serves(v1), {Phase: RolledBack, Wanted: v2, Running: v1, Current: key2, Message: "crashed"},
				{Phase: Progressing, Wanted: v2, Running: v1},
				{Phase: RolledBack, Wanted: v2, Running: v1, Current: key2, Message: "crashed"},
			},
			want: "image:2 RolledBack 2h 2h crashed, image:1 Serving - -",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []v1alpha1.VersionStatus
			for i, st := range tc.states {
				got = Remember(clocked(t, i+1), "frontend", got, st)
			}
			if diff := cmp.Diff(tc.want, told(got)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// told is a history in one line. A time of the simulated clock is an hour.
func told(versions []v1alpha1.VersionStatus) string {
	at := func(t string) string {
		if hour, ok := strings.CutPrefix(t, "2026-01-01T"); ok {
			return strings.TrimLeft(strings.TrimSuffix(hour, ":00:00Z"), "0") + "h"
		}
		if t == "" {
			return "-"
		}
		return t
	}
	var out []string
	for _, v := range versions {
		line := fmt.Sprintf("%s %s %s %s %s", v.Image, v.Outcome, at(v.StartedAt), at(v.FinishedAt), v.Reason)
		out = append(out, strings.TrimSpace(line))
	}
	return strings.Join(out, ", ")
}

// TestAHistoryIsShort: it has five versions, and the one that serves whatever came after it.
func TestAHistoryIsShort(t *testing.T) {
	s := clocked(t, 1)
	long := State{
		Phase: RolledBack, Proven: true, Wanted: v2, Running: v1, Current: key2, Message: strings.Repeat("ö", 300),
	}
	h := Remember(s, "frontend", nil, State{Phase: RolledOut, Wanted: v1, Running: v1})
	for n := range 8 {
		started := fmt.Sprint(n)
		long.Ledger.Failed = &Failure{TaskDefinition: v2, Runs: v1, Started: started}
		h = Remember(s, "frontend", h, long)
		if h[0].StartedAt != started {
			t.Errorf("the newest is of %s, want %s", h[0].StartedAt, started)
		}
	}
	if len(h) != maxHistory || h[len(h)-1].Outcome != v1alpha1.OutcomeServing {
		t.Errorf("the history is %s", told(h))
	}
	if n := len(h[0].Reason); n < maxReason || n > maxReason+len("…") || !strings.HasSuffix(h[0].Reason, "ö…") {
		t.Errorf("the reason has %d bytes: %s", n, h[0].Reason)
	}
}
