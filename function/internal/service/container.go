package service

import (
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// containerDefinitions is a workload's one container, in JSON. It has no health check:
// that would need a program in the image, and the load balancer checks the tasks'
// health already.
func containerDefinitions(s *stack.Stack, p *plan.Plan, w plan.Workload) string {
	return stack.JSON([]containers.Container{{
		Name:                   w.Name,
		Image:                  w.Image,
		Essential:              true,
		ReadonlyRootFilesystem: true,
		// The init process reaps processes that the application leaves behind, and
		// passes signals on to the application.
		LinuxParameters:  containers.LinuxParameters{InitProcessEnabled: true},
		PortMappings:     []containers.PortMapping{{ContainerPort: w.Port, HostPort: w.Port, Protocol: "tcp"}},
		Environment:      environment(s, w),
		Secrets:          secrets(w),
		MountPoints:      mountPoints(w),
		StopTimeout:      stopTimeout(w.DrainSeconds),
		LogConfiguration: logs(s, p, w.Name),
	}})
}

// environment is the claim's variables and Kasha's, sorted by name. Validation ensures
// that they have no name in common.
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

// paths are the writable paths, sorted, because they are a set: their order in the
// claim does not matter.
func paths(w plan.Workload) []string { return slices.Sorted(slices.Values(w.WritablePaths)) }

// volume is the name of a path's volume. It depends on the path alone, so that adding a
// path does not rename the other volumes.
func volume(path string) string { return "writable-" + stack.Digest(path) }

func mountPoints(w plan.Workload) []containers.MountPoint {
	out := []containers.MountPoint{}
	for _, path := range paths(w) {
		out = append(out, containers.MountPoint{SourceVolume: volume(path), ContainerPath: path})
	}
	return out
}

// Bounds of the seconds between the request to stop a container and its being killed.
// Fargate allows no more than the maximum. A timeout of 0 would kill even containers
// that stop on request.
const minStopTimeout, maxStopTimeout = 2, 120

func stopTimeout(drain int32) int32 { return min(max(drain, minStopTimeout), maxStopTimeout) }

// logs never block the application: lines that CloudWatch does not accept stay in
// memory, and the oldest are lost.
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
