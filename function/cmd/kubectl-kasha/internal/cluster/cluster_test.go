package cluster_test

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster/clustertest"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
	"github.com/kasha-platform/kasha/function/internal/judge"
)

func TestReadAtRest(t *testing.T) {
	t.Parallel()
	objects := clustertest.Objects(t, clustertest.Minimal, nil)
	c, err := clustertest.New(t, objects...).Read(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Resources) != len(objects)-1 || len(c.Gone)+len(c.Unknown) > 0 {
		t.Errorf("%d of %d resources are read; gone: %v, unknown: %v", len(c.Resources), len(objects)-1, c.Gone,
			c.Unknown)
	}
	s := cluster.Of(c, time.Now())
	if !s.Ready || s.Working != s.Resources || len(s.Tiers) < 9 || s.TotalUSD == "" || s.Rollout == nil {
		t.Errorf("the claim is at rest, and its status is %+v", s)
	}
	db := c.Resource("db-primary")
	if db == nil || db.Kind != "rds/Instance" || db.Tier != "database" || db.Verdict.State != judge.Working {
		t.Errorf("the database is %+v", db)
	}
}

// TestStatusSaysWhatIsWaitedFor: the tier of a resource that fails or takes long names it, with its time.
func TestStatusSaysWhatIsWaitedFor(t *testing.T) {
	t.Parallel()
	objects := clustertest.Objects(t, clustertest.Minimal, clustertest.Failing(map[string]string{
		"db-primary": "async create failed: api error InsufficientDBInstanceCapacity: none left",
		"alb-public": "",
	}))
	for _, o := range objects[1:] {
		if o.GetAnnotations()["crossplane.io/composition-resource-name"] != "alb-public" {
			continue
		}
		conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
		if err := unstructured.SetNestedSlice(o.Object, conditions[1:], "status", "conditions"); err != nil {
			t.Fatal(err)
		}
	}
	c, err := clustertest.New(t, objects...).Read(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	s := cluster.Of(c, time.Date(2026, 1, 2, 3, 20, 0, 0, time.UTC))
	tiers := map[string]cluster.Tier{}
	for _, tier := range s.Tiers {
		tiers[tier.Name] = tier
	}
	db := tiers["Database"]
	if s.Ready || db.Ready || len(db.Waits) == 0 || db.Waits[0].Key != "db-primary" || db.Waits[0].State != "Failed" ||
		!strings.HasPrefix(db.Waits[0].Message, "InsufficientDBInstanceCapacity") || db.Seconds != 600 {
		t.Errorf("the tier of the database is %+v", db)
	}
	in := tiers["Ingress"]
	if len(in.Waits) == 0 || in.Waits[0].Key != "alb-public" || in.Waits[0].Expected != "2 to 5 minutes" ||
		!in.Waits[0].Late || in.Waits[0].Seconds < 600 {
		t.Errorf("the tier of the load balancers is %+v", in)
	}
}

// TestGone: an object that the claim names and that is not there is no resource.
func TestGone(t *testing.T) {
	t.Parallel()
	objects := clustertest.Objects(t, clustertest.Minimal, nil)
	var left []*unstructured.Unstructured
	for _, o := range objects {
		if o.GetKind() != "VPC" {
			left = append(left, o)
		}
	}
	c, err := clustertest.New(t, left...).Read(t.Context(), "shop")
	if err != nil || len(c.Gone) != 1 || c.Gone[0] != "VPC shop-vpc" {
		t.Errorf("gone: %v, %v", c.Gone, err)
	}
}

func TestNoSuchClaim(t *testing.T) {
	t.Parallel()
	_, err := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, nil)...).Read(t.Context(), "shp")
	if console.Code(err) != console.NotFound || !strings.Contains(err.Error(), "it has shop") {
		t.Errorf("got %v", err)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	event := func(name, kind, of, at string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "CannotCreate", "message": "denied",
			"metadata": map[string]any{"name": name, "namespace": "team-shop"}, "lastTimestamp": at,
			"involvedObject": map[string]any{"kind": kind, "name": of},
		}}
	}
	lab := clustertest.New(t, append(clustertest.Objects(t, clustertest.Minimal, nil),
		event("b", "VPC", "shop-vpc", "2026-01-02T03:05:00Z"),
		event("a", "KashaClaim", "shop", "2026-01-02T03:04:00Z"),
		event("c", "VPC", "blog-vpc", "2026-01-02T03:05:00Z"))...)
	c, err := lab.Read(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	got, err := lab.Events(t.Context(), c)
	if err != nil || len(got) != 2 || got[0].Object != "KashaClaim shop" || got[1].Object != "VPC shop-vpc" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAge(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{0: "0s", 59: "59s", 60: "1m", 7199: "119m", 7200: "2h", 172800: "2d"} {
		if got := cluster.Age(seconds); got != want {
			t.Errorf("%d seconds are %s, want %s", seconds, got, want)
		}
	}
}
