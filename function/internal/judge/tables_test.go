package judge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestTableLosses: what a change of a table takes away is said before it is gone.
func TestTableLosses(t *testing.T) {
	was := stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
		"pointInTimeRecovery":  map[string]any{"enabled": true, "recoveryPeriodInDays": 35.0},
		"streamEnabled":        true,
		"streamViewType":       "NEW_IMAGE",
		"globalSecondaryIndex": []any{map[string]any{"name": "by-day"}},
	}}}
	days := func(n int32) *int32 { return &n }
	same := []v1alpha1.TableIndex{{Name: "by-day"}}
	cases := map[string]struct {
		reason string
		table  v1alpha1.Table
		want   []string
	}{
		"Same": {"Nothing goes.", v1alpha1.Table{Stream: v1alpha1.StreamNewImage, Indexes: same}, nil},
		"Shorter": {
			"AWS deletes what is older.",
			v1alpha1.Table{RecoveryDays: days(7), Stream: v1alpha1.StreamNewImage, Indexes: same},
			[]string{"changing recoveryDays of the table orders from 35 to 7 deletes the history that is older"},
		},
		"Off": {
			"The history begins anew when it is turned on again.",
			v1alpha1.Table{RecoveryDays: days(0), Stream: v1alpha1.StreamNewImage, Indexes: same},
			[]string{"turning point-in-time recovery of the table orders off deletes its whole history: it " +
				"cannot be restored to a time before it is turned on again"},
		},
		"NoStream": {
			"AWS closes the stream.", v1alpha1.Table{Indexes: same},
			[]string{"turning the stream of the table orders off: consumers that have not read all of it lose " +
				"the rest"},
		},
		"OtherStream": {
			"Another view is another stream.", v1alpha1.Table{Stream: v1alpha1.StreamOldImage, Indexes: same},
			[]string{"changing the stream of the table orders makes a new one, with another ARN: consumers that " +
				"have not read all of the old one lose the rest"},
		},
		"NoIndex": {
			"Queries fail at once.",
			v1alpha1.Table{Stream: v1alpha1.StreamNewImage, Indexes: []v1alpha1.TableIndex{{Name: "by-week"}}},
			[]string{"deleting the index by-day of the table orders: queries of it fail at once, and to build it " +
				"again takes as long as the table is large"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			tc.table.Name = "orders"
			c.Name, c.Spec.Tables = "shop", []v1alpha1.Table{tc.table}
			s := stack.New(stack.Input{
				Claim: c, Observed: map[stack.Key]stack.Observed{"table-orders": was}, Scheme: kinds.Scheme,
			})
			if diff := cmp.Diff(tc.want, tableLosses(s)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
