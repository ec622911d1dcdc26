package function

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// withoutConditions hides the method that reads conditions without a conversion.
type withoutConditions struct{ stack.Observed }

func TestConditionsAreReadTheSameBothWays(t *testing.T) {
	o, err := structpb.NewStruct(map[string]any{"status": map[string]any{"conditions": []any{
		map[string]any{
			"type": "Synced", "status": "True", "reason": "ReconcileSuccess", "message": "it works",
			"observedGeneration": 3, "lastTransitionTime": "2026-01-02T03:04:05Z",
		},
		map[string]any{"type": "Ready", "status": "False"},
		"no condition",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	direct := &observed{resource: &fnv1.Resource{Resource: o}}
	got := stack.Conditions(direct)
	if diff := cmp.Diff(stack.Conditions(withoutConditions{direct}), got); diff != "" {
		t.Error(diff)
	}
	want := stack.Condition{
		Type: "Synced", Status: "True", Reason: "ReconcileSuccess", Message: "it works",
		Generation: 3, LastTransitionTime: "2026-01-02T03:04:05Z",
	}
	if len(got) != 3 || got[0] != want || !got[0].Since().Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("read %+v", got)
	}
	if !got[1].Since().IsZero() {
		t.Error("a condition without a time has a time")
	}
}
