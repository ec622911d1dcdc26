package watch

import (
	"encoding/json"
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func newStack(t *testing.T, replicas int32, queues ...v1alpha1.Queue) *stack.Stack {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Spec.Region, c.Spec.AvailabilityZones = "eu-west-1", []string{"eu-west-1a", "eu-west-1b"}
	c.Spec.Network.CIDR = "10.0.0.0/16"
	c.Spec.Database.ReadReplicas = ptr.To(replicas)
	c.Spec.Queues = queues
	s := stack.New(stack.Input{Claim: c, Scheme: kinds.Scheme, Ready: func(stack.Key) bool { return false }})
	return s
}

func TestWidgets(t *testing.T) {
	cases := map[string]struct {
		reason   string
		replicas int32
		queues   []v1alpha1.Queue
		want     int
	}{
		"Smallest": {reason: "There is no row of queues and no graph of replica lag.", want: 3 + 4 + 4 + 4 + 4},
		"Full": {
			reason:   "All rows and all graphs.",
			replicas: 1,
			queues:   []v1alpha1.Queue{{Name: "jobs"}},
			want:     3 + 4 + 4 + 4 + 5 + 3,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, tc.replicas, tc.queues...)
			ws := widgets(s, plan.New(s))
			if len(ws) != tc.want {
				t.Errorf("%s want %d widgets, got %d", tc.reason, tc.want, len(ws))
			}
			columns := map[int]int{}
			for _, w := range ws {
				columns[w.Y] += w.Width
				if len(w.Properties.Metrics) == 0 {
					t.Errorf("%q shows nothing", w.Properties.Title)
				}
			}
			for y, width := range columns {
				if width != dashboardWidth {
					t.Errorf("the row at %d is %d columns wide, want %d", y, width, dashboardWidth)
				}
			}
		})
	}
}

func TestEdgeIsInUSEast1(t *testing.T) {
	for _, p := range edge() {
		if p.Region != plan.GlobalRegion {
			t.Errorf("%q looks in %s, where CloudFront reports nothing", p.Title, p.Region)
		}
	}
}

func TestDashboardBodyIsJSON(t *testing.T) {
	s := newStack(t, 2, v1alpha1.Queue{Name: "jobs"})
	text := stack.JSON(body{Widgets: widgets(s, plan.New(s))})
	if !json.Valid([]byte(text)) {
		t.Errorf("not JSON: %s", text)
	}
}
