package service

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func side(name string, change ...func(*v1alpha1.SideContainer)) v1alpha1.SideContainer {
	c := v1alpha1.SideContainer{Name: name, Image: name + ":1"}
	for _, f := range change {
		f(&c)
	}
	return c
}

func cpu(n int32) func(*v1alpha1.SideContainer) {
	return func(c *v1alpha1.SideContainer) { c.CPU = &n }
}

// frontendOf are the containers of the frontend's task definition.
func frontendOf(t *testing.T, w world, change ...func(*v1alpha1.KashaClaim)) []containers.Container {
	t.Helper()
	rs := compose(t, testClaim(change...), w)
	keys := versions(rs, "frontend")
	if len(keys) != 1 {
		t.Fatalf("want one version, got %v", keys)
	}
	return containers.Of(stacktest.Object(rs[keys[0]].Object))
}

// TestBeside: containers beside the application's come after it, sorted by name, and what a
// container waits for is sorted, too, so that the order in a claim makes no version.
func TestBeside(t *testing.T) {
	inits := func(list ...v1alpha1.InitContainer) func(*v1alpha1.KashaClaim) {
		return func(c *v1alpha1.KashaClaim) { c.Spec.Frontend.InitContainers = list }
	}
	sidecars := func(list ...v1alpha1.Sidecar) func(*v1alpha1.KashaClaim) {
		return func(c *v1alpha1.KashaClaim) { c.Spec.Frontend.Sidecars = list }
	}
	a, b := v1alpha1.InitContainer{SideContainer: side("a")}, v1alpha1.InitContainer{SideContainer: side("b")}
	x := v1alpha1.Sidecar{SideContainer: side("x", cpu(64))}
	y := v1alpha1.Sidecar{SideContainer: side("y", cpu(32)), Essential: ptr.To(false)}
	waits := func(c *v1alpha1.KashaClaim) {
		c.Spec.Frontend.DependsOn = []v1alpha1.ContainerDependency{
			{Container: "x", Condition: v1alpha1.ContainerStarted},
			{Container: "b", Condition: v1alpha1.ContainerCompleted},
		}
	}
	one := frontendOf(t, settled(), inits(a, b), sidecars(x, y), waits)
	other := frontendOf(t, settled(), inits(b, a), sidecars(y, x), waits)
	if diff := cmp.Diff(one, other); diff != "" {
		t.Errorf("the order in the claim makes another version:\n%s", diff)
	}
	var got []string
	for _, c := range one {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff([]string{"frontend", "a", "b", "x", "y"}, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff([]containers.Dependency{
		{ContainerName: "a", Condition: "SUCCESS"}, {ContainerName: "b", Condition: "COMPLETE"},
		{ContainerName: "x", Condition: "START"},
	}, one[0].DependsOn); diff != "" {
		t.Errorf("the application waits for init containers to succeed, unless the claim says otherwise:\n%s", diff)
	}
	if one[0].CPU != 256-64-32 || one[3].CPU != 64 || one[1].CPU != 0 {
		t.Errorf("the application has %d CPU units, x %d and a %d", one[0].CPU, one[3].CPU, one[1].CPU)
	}
	if one[1].Essential || !one[3].Essential || one[4].Essential {
		t.Error("sidecars are essential unless the claim says otherwise, and init containers never")
	}
	if one[3].StopTimeout != one[0].StopTimeout || one[1].StopTimeout != 0 {
		t.Error("a sidecar has as long to stop as the application")
	}
}

// TestBesideWaitsForPermissions: a version waits until ECS may pull all its images and read all its
// values.
func TestBesideWaitsForPermissions(t *testing.T) {
	const parameter = "arn:aws:ssm:us-east-1:111122223333:parameter/otel"
	const repository = "arn:aws:ecr:us-east-1:444455556666:repository/otel"
	claim := testClaim(func(c *v1alpha1.KashaClaim) {
		c.Spec.Frontend.Sidecars = []v1alpha1.Sidecar{{SideContainer: side("otel", func(s *v1alpha1.SideContainer) {
			s.Image = "444455556666.dkr.ecr.us-east-1.amazonaws.com/otel:1"
			s.Secrets = map[string]v1alpha1.SecretValue{"CONFIG": {ParameterARN: parameter}}
		})}}
	})
	for policy, want := range map[string]int{
		`["` + repository + `"]`:                     0,
		`["` + parameter + `"]`:                      0,
		`["` + repository + `","` + parameter + `"]`: 1,
	} {
		w := settled()
		w["rolepolicy-execution"] = at(map[string]any{"policy": policy})
		if got := len(versions(compose(t, claim, w), "frontend")); got != want {
			t.Errorf("with the permissions %s there are %d versions, want %d", policy, got, want)
		}
	}
}

// TestSharedDisk: a container that shares the volumes on disk waits until they are open.
func TestSharedDisk(t *testing.T) {
	got := frontendOf(t, settled(), func(c *v1alpha1.KashaClaim) {
		c.Spec.Frontend.DiskPaths = []string{"/srv"}
		c.Spec.Frontend.InitContainers = []v1alpha1.InitContainer{
			{SideContainer: side("a", func(s *v1alpha1.SideContainer) { s.ShareDiskPaths = true })},
			{SideContainer: side("b")},
		}
	})
	opened := []containers.Dependency{{ContainerName: "open-disk-paths", Condition: "SUCCESS"}}
	if diff := cmp.Diff(opened, got[2].DependsOn); diff != "" {
		t.Errorf("a waits until the volumes are open:\n%s", diff)
	}
	if len(got[2].MountPoints) != 1 || len(got[3].MountPoints) != 0 || got[3].DependsOn != nil {
		t.Error("only the container that asks for the volumes has them")
	}
}

// TestMemoryOfBeside: a writable path may fill a quarter of its container's memory, or of the
// task's where the container has no limit.
func TestMemoryOfBeside(t *testing.T) {
	for limit, want := range map[int32]int32{0: 128, 100: 25, 6: 1} {
		got := frontendOf(t, settled(), func(c *v1alpha1.KashaClaim) {
			s := side("otel", func(s *v1alpha1.SideContainer) { s.WritablePaths = []string{"/tmp"} })
			if limit > 0 {
				s.Memory = &limit
			}
			c.Spec.Frontend.Sidecars = []v1alpha1.Sidecar{{SideContainer: s}}
		})
		if size := got[1].LinuxParameters.Tmpfs[0].Size; size != want || got[1].Memory != limit {
			t.Errorf("with %d MiB the path has %d, want %d", limit, size, want)
		}
	}
}

// TestShells: a service lets people in together with the version whose role allows it. ECS refuses
// shells for a version without a role.
func TestShells(t *testing.T) {
	const today, old = "taskdefinition-frontend-5e6f7a8b", "taskdefinition-frontend-1a2b3c4d"
	role := "arn:aws:iam::111122223333:role/shop-ecsTask-frontend"
	revision := func(role, n string) stacktest.Object {
		params := map[string]any{}
		if role != "" {
			params["taskRoleArn"] = role
		}
		o := stacktest.Object{"spec": map[string]any{"forProvider": params}}
		o["status"] = map[string]any{"atProvider": map[string]any{"arn": family + n}}
		return o
	}
	service := func(on bool) stacktest.Object {
		return stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{"enableExecuteCommand": on}}}
	}
	cases := map[string]struct {
		reason string
		world  world
		asked  string
		exec   bool
		want   bool
	}{
		"New": {"Nothing is observed yet.", world{}, "", true, true},
		"Today": {
			"The version that has the role is asked for.", world{today: revision(role, "2")}, "today", true, true,
		},
		"Off": {
			"The version without it is asked for.",
			world{today: revision("", "2"), "service-frontend": service(true)}, "today", false, false,
		},
		"Waits": {
			"The version does not exist yet.",
			world{old: revision("", "1"), "service-frontend": service(false)}, "today", true, false,
		},
		"WaitsOff": {
			"The version without it does not exist yet.",
			world{old: revision(role, "1"), "service-frontend": service(true)}, "today", false, true,
		},
		"Back": {
			"The version before has no role.",
			world{old: revision("", "1"), today: revision(role, "2"), "service-frontend": service(true)},
			family + "1", true, false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, testClaim(), tc.world)
			w := plan.Workload{Declared: plan.Declared{
				Name: "frontend", Container: &v1alpha1.Container{Exec: tc.exec},
			}}
			asked := tc.asked
			if asked == "today" {
				asked = stack.ARN(today)
			}
			if got := shells(s, w, today, asks(asked)); got != tc.want {
				t.Errorf("%s shells() = %v", tc.reason, got)
			}
		})
	}
}

func asks(asked string) version { return version{taskDefinition: asked} }
