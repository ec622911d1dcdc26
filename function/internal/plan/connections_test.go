package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

func TestPools(t *testing.T) {
	scaled := func(most, percent int32) v1alpha1.Service {
		return v1alpha1.Service{
			Scaling:    v1alpha1.Scaling{Max: most},
			Deployment: v1alpha1.Deployment{MaxPercent: ptr.To(percent)},
		}
	}
	worker := func(own v1alpha1.EnvValue) v1alpha1.Worker {
		w := v1alpha1.Worker{Name: "w", Scaling: v1alpha1.WorkerScaling{Max: 3}}
		if own != "" {
			w.Env = map[string]v1alpha1.EnvValue{PoolVariable: own}
		}
		return w
	}
	cases := map[string]struct {
		reason string
		spec   v1alpha1.KashaClaimSpec
		want   Connections
		each   int
		fits   bool
	}{
		"TheBackend": {
			reason: "4 GiB are 341 connections, 238 of them for 4 tasks and 4 more in a deployment.",
			spec: v1alpha1.KashaClaimSpec{
				Backend:  v1alpha1.Backend{Service: scaled(4, 200)},
				Database: v1alpha1.Database{InstanceClass: "db.t4g.medium"},
			},
			want: Connections{Most: 341, Shared: 238, Tasks: 8, Others: 8}, each: 29, fits: true,
		},
		"AllThatUseIt": {
			reason: "The frontend and a service without data do not; a schedule has one run at a time.",
			spec: v1alpha1.KashaClaimSpec{
				Frontend: v1alpha1.Frontend{Service: scaled(100, 200)},
				Backend:  v1alpha1.Backend{Service: scaled(4, 150)},
				Services: []v1alpha1.ExtraService{
					{Name: "a", Data: true, Service: scaled(5, 110)}, {Name: "b", Service: scaled(50, 200)},
				},
				Workers:   []v1alpha1.Worker{worker("")},
				Schedules: []v1alpha1.Schedule{{Name: "s"}},
				Database:  v1alpha1.Database{InstanceClass: "db.t4g.medium"},
			},
			want: Connections{Most: 341, Shared: 238, Tasks: 18, Others: 18}, each: 13, fits: true,
		},
		"ItsOwnValue": {
			reason: "A workload that says how many it opens leaves the rest to the others.",
			spec: v1alpha1.KashaClaimSpec{
				Backend:  v1alpha1.Backend{Service: scaled(4, 200)},
				Workers:  []v1alpha1.Worker{worker("20")},
				Database: v1alpha1.Database{InstanceClass: "db.t4g.medium"},
			},
			want: Connections{Most: 341, Shared: 238, Tasks: 14, Own: 120, Others: 8}, each: 14, fits: true,
		},
		"TheClaimsParameter": {
			reason: "The claim's max_connections counts, and not the memory.",
			spec: v1alpha1.KashaClaimSpec{
				Backend: v1alpha1.Backend{Service: scaled(4, 200)},
				Database: v1alpha1.Database{
					InstanceClass: "db.t4g.medium",
					Parameters:    map[string]v1alpha1.ParameterValue{"max_connections": "100"},
				},
			},
			want: Connections{Most: 100, Shared: 70, Tasks: 8, Others: 8}, each: 8, fits: true,
		},
		"AFormula": {
			reason: "What a formula comes to is not known, so nothing is told.",
			spec: v1alpha1.KashaClaimSpec{
				Backend: v1alpha1.Backend{Service: scaled(4, 200)},
				Database: v1alpha1.Database{
					Parameters: map[string]v1alpha1.ParameterValue{
						"max_connections": "{DBInstanceClassMemory/1000000}",
					},
				},
			},
			want: Connections{Tasks: 8, Others: 8},
		},
		"AnUnknownClass": {
			reason: "Its memory is not known.",
			spec: v1alpha1.KashaClaimSpec{
				Backend:  v1alpha1.Backend{Service: scaled(4, 200)},
				Database: v1alpha1.Database{InstanceClass: "db.x2g.large"},
			},
			want: Connections{Tasks: 8, Others: 8},
		},
		"TheyDoNotFit": {
			reason: "59 connections are too few for 60 tasks; each still gets one.",
			spec: v1alpha1.KashaClaimSpec{
				Backend:  v1alpha1.Backend{Service: scaled(30, 200)},
				Database: v1alpha1.Database{InstanceClass: "db.t3.micro"},
			},
			want: Connections{Most: 85, Shared: 59, Tasks: 60, Others: 60}, each: 1,
		},
		"TheyJustFit": {
			reason: "One for each task.",
			spec: v1alpha1.KashaClaimSpec{
				Backend:  v1alpha1.Backend{Service: scaled(59, 100)},
				Database: v1alpha1.Database{InstanceClass: "db.t3.micro"},
			},
			want: Connections{Most: 85, Shared: 59, Tasks: 59, Others: 59}, each: 1, fits: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{Spec: tc.spec}
			got := connections(v1alpha1.MySQL, c, DeclaredIn(c))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if n := got.Each(false); n != tc.each {
				t.Errorf("%s Each task gets %d, want %d", tc.reason, n, tc.each)
			}
			if tc.want.Most > 0 && got.Fit() != tc.fits {
				t.Errorf("%s It fits: %v", tc.reason, got.Fit())
			}
		})
	}
}

// TestPoolsBehindTheProxy: the proxy lets many clients share a connection.
func TestPoolsBehindTheProxy(t *testing.T) {
	few, many := Connections{Most: 85, Shared: 59, Tasks: 60, Others: 60}, Connections{Most: 341, Shared: 238,
		Others: 8}
	if got := few.Each(true); got != leastBehindProxy {
		t.Errorf("a task of many has %d behind the proxy, want %d", got, leastBehindProxy)
	}
	if got := many.Each(true); got != 29 {
		t.Errorf("a task of few has %d behind the proxy, want 29", got)
	}
}
