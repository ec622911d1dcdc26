package service

import (
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A container is one element of a task definition's containerDefinitions.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type container struct {
	Name                   string           `json:"name"`
	Image                  string           `json:"image"`
	Essential              bool             `json:"essential"`
	ReadonlyRootFilesystem bool             `json:"readonlyRootFilesystem"`
	LinuxParameters        linuxParameters  `json:"linuxParameters"`
	PortMappings           []portMapping    `json:"portMappings"`
	Environment            []variable       `json:"environment"`
	Secrets                []secret         `json:"secrets,omitempty"`
	MountPoints            []mountPoint     `json:"mountPoints"`
	StopTimeout            int32            `json:"stopTimeout"`
	LogConfiguration       logConfiguration `json:"logConfiguration"`
}

type linuxParameters struct {
	InitProcessEnabled bool `json:"initProcessEnabled"`
}

type portMapping struct {
	ContainerPort int32  `json:"containerPort"`
	HostPort      int32  `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A secret is a variable that ECS reads when it starts the container.
type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type mountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
}

type logConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// containerDefinitions is a workload's one container, in JSON. It has no health
// check: that would need a program in the image, and the load balancer checks.
func containerDefinitions(s *stack.Stack, w workload) string {
	return stack.JSON([]container{{
		Name:                   w.name,
		Image:                  w.Image,
		Essential:              true,
		ReadonlyRootFilesystem: true,
		// Reaps what the application leaves behind, and passes signals on to it.
		LinuxParameters:  linuxParameters{InitProcessEnabled: true},
		PortMappings:     []portMapping{{ContainerPort: w.port, HostPort: w.port, Protocol: "tcp"}},
		Environment:      environment(w),
		Secrets:          secrets(w),
		MountPoints:      mountPoints(w),
		StopTimeout:      stopTimeout(w.DrainSeconds),
		LogConfiguration: logs(s, w.name),
	}})
}

// environment is the claim's variables and Kasha's, which win, in order.
func environment(w workload) []variable {
	all := map[string]string{}
	for k, v := range w.Env {
		all[k] = string(v)
	}
	maps.Copy(all, w.env)
	out := make([]variable, 0, len(all))
	for _, k := range slices.Sorted(maps.Keys(all)) {
		out = append(out, variable{k, all[k]})
	}
	return out
}

// paths are the writable ones in an order that does not depend on the claim's:
// they are a set.
func paths(w workload) []string { return slices.Sorted(slices.Values(w.WritablePaths)) }

// volume is the name of a path's volume. It depends on the path alone, so that
// one path more does not rename the others.
func volume(path string) string { return "writable-" + stack.Digest(path) }

func mountPoints(w workload) []mountPoint {
	out := []mountPoint{}
	for _, p := range paths(w) {
		out = append(out, mountPoint{SourceVolume: volume(p), ContainerPath: p})
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
func logs(s *stack.Stack, service string) logConfiguration {
	return logConfiguration{LogDriver: "awslogs", Options: map[string]string{
		"awslogs-group":         s.ServiceLogGroup(service),
		"awslogs-region":        s.Region,
		"awslogs-stream-prefix": "ecs",
		"mode":                  "non-blocking",
		"max-buffer-size":       "25m",
	}}
}
