package service

import (
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// containerDefinitions is a workload's one container, in JSON. It has no health
// check: that would need a program in the image, and the load balancer checks.
func containerDefinitions(s *stack.Stack, p *plan.Plan, w plan.Workload) string {
	return stack.JSON([]containers.Container{{
		Name:                   w.Name,
		Image:                  w.Image,
		Essential:              true,
		ReadonlyRootFilesystem: true,
		// Reaps what the application leaves behind, and passes signals on to it.
		LinuxParameters:  containers.LinuxParameters{InitProcessEnabled: true},
		PortMappings:     []containers.PortMapping{{ContainerPort: w.Port, HostPort: w.Port, Protocol: "tcp"}},
		Environment:      environment(s, w),
		Secrets:          secrets(w),
		MountPoints:      mountPoints(w),
		StopTimeout:      stopTimeout(w.DrainSeconds),
		LogConfiguration: logs(s, p, w.Name),
	}})
}

// environment is the claim's variables and Kasha's, in order. They have no name in
// common: validation sees to it.
func environment(s *stack.Stack, w plan.Workload) []containers.Variable {
	all := map[string]string{}
	for k, v := range w.Env {
		all[k] = string(v)
	}
	for _, v := range w.Variables(s.Region) {
		if v.Value != "" {
			all[v.Name] = v.Value
		}
	}
	out := make([]containers.Variable, 0, len(all))
	for _, k := range slices.Sorted(maps.Keys(all)) {
		out = append(out, containers.Variable{Name: k, Value: all[k]})
	}
	return out
}

// paths are the writable ones in an order that does not depend on the claim's:
// they are a set.
func paths(w plan.Workload) []string { return slices.Sorted(slices.Values(w.WritablePaths)) }

// volume is the name of a path's volume. It depends on the path alone, so that
// one path more does not rename the others.
func volume(path string) string { return "writable-" + stack.Digest(path) }

func mountPoints(w plan.Workload) []containers.MountPoint {
	out := []containers.MountPoint{}
	for _, path := range paths(w) {
		out = append(out, containers.MountPoint{SourceVolume: volume(path), ContainerPath: path})
	}
	return out
}

// Bounds of how many seconds a container has between the request to stop and its
// end. Fargate allows no more, and none at all would kill what does stop.
const minStopTimeout, maxStopTimeout = 2, 120

func stopTimeout(drain int32) int32 { return min(max(drain, minStopTimeout), maxStopTimeout) }

// logs never block the application: when CloudWatch does not take them, they
// are kept in memory, and the oldest are lost.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
func logs(s *stack.Stack, p *plan.Plan, service string) containers.LogConfiguration {
	return containers.LogConfiguration{LogDriver: "awslogs", Options: map[string]string{
		"awslogs-group":         p.LogGroupName(service),
		"awslogs-region":        s.Region,
		"awslogs-stream-prefix": "ecs",
		"mode":                  "non-blocking",
		"max-buffer-size":       "25m",
	}}
}
