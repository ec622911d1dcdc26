package service

import (
	"testing"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestPermitted: a version that is there runs, so it waits for what its role must allow by then, and for the
// permission to start tasks with this role.
func TestPermitted(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/kasha/shop-ecsTask-backend"
	policy := func(text string) stacktest.Object {
		return stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"policy": text}}}
	}
	backend := plan.Workload{OwnRole: true, Declared: plan.Declared{Name: "backend", Container: &v1alpha1.Container{
		Permissions: []v1alpha1.Permission{{
			Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::a/*"},
		}},
	}}}
	releasing, scheduled := backend, backend
	releasing.Release = &v1alpha1.Release{}
	scheduled.Schedule = &v1alpha1.Schedule{}
	shared := backend
	shared.OwnRole = false
	const own = "rolepolicy-backend-permissions"
	allows := policy(`{"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}`)
	before := policy(`{"Action":"s3:GetObject"}`)
	passes, passed := policy(`["`+role+`"]`), policy(`["`+role+`-2"]`)
	for name, tc := range map[string]struct {
		workload plan.Workload
		world    world
		waits    bool
	}{
		"Nothing":       {backend, world{}, true},
		"Before":        {backend, world{own: before}, true},
		"Allowed":       {backend, world{own: allows}, false},
		"SharedRole":    {shared, world{}, false},
		"NoRelease":     {releasing, world{own: allows, "rolepolicy-runner": passed}, true},
		"Release":       {releasing, world{own: allows, "rolepolicy-runner": passes}, false},
		"NotStarted":    {scheduled, world{own: allows, "rolepolicy-scheduler": passed}, true},
		"Started":       {scheduled, world{own: allows, "rolepolicy-scheduler": passes}, false},
		"StartedBefore": {scheduled, world{own: before, "rolepolicy-scheduler": passes}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, testClaim(), tc.world)
			s.Add(keys.Cluster, "Stands for the version.", &ecs.Cluster{}, permitted(s, tc.workload, role)...)
			rs, err := s.Resources()
			if err != nil {
				t.Fatal(err)
			}
			if waits := len(rs[0].Waits) > 0; waits != tc.waits {
				t.Errorf("waits: %v, want %v", waits, tc.waits)
			}
		})
	}
}
