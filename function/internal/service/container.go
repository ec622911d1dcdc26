package service

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// containerDefinitions are a workload's containers, in JSON. The application's is the
// first.
func containerDefinitions(s *stack.Stack, p *plan.Plan, w plan.Workload, late []plan.Variable) string {
	app := application(s, p, w, late)
	if len(w.DiskPaths) == 0 {
		return stack.JSON([]containers.Container{app})
	}
	app.DependsOn = []containers.Dependency{{ContainerName: openerName, Condition: "SUCCESS"}}
	return stack.JSON([]containers.Container{app, opener(s, p, w)})
}

func application(s *stack.Stack, p *plan.Plan, w plan.Workload, late []plan.Variable) containers.Container {
	return containers.Container{
		Name:                   w.Name,
		Image:                  w.Image,
		EntryPoint:             w.EntryPoint,
		Command:                w.Command,
		WorkingDirectory:       w.WorkingDirectory,
		User:                   w.User,
		Essential:              true,
		ReadonlyRootFilesystem: ptr.Deref(w.ReadOnlyRootFilesystem, true),
		LinuxParameters: containers.LinuxParameters{
			InitProcessEnabled: ptr.Deref(w.InitProcess, true),
			Tmpfs:              memory(w),
		},
		Ulimits:          ulimits(w),
		PortMappings:     ports(w),
		Environment:      environment(s, w, late),
		Secrets:          secrets(w),
		MountPoints:      mountPoints(w),
		HealthCheck:      healthCheck(w),
		StopTimeout:      w.StopTimeout,
		LogConfiguration: logs(s, p, w),
	}
}

// healthCheck is empty unless the claim asks for one: it needs a program in the image, and
// the load balancer checks the tasks' health already.
func healthCheck(w plan.Workload) *containers.HealthCheck {
	const interval, timeout, retries = 30, 5, 3
	h := w.ContainerHealthCheck
	if h == nil {
		return nil
	}
	return &containers.HealthCheck{
		Command:     append([]string{"CMD"}, h.Command...),
		Interval:    ptr.Deref(h.IntervalSeconds, interval),
		Timeout:     ptr.Deref(h.TimeoutSeconds, timeout),
		Retries:     ptr.Deref(h.Retries, retries),
		StartPeriod: ptr.Deref(h.StartSeconds, 0),
	}
}

// ports are empty for a workload that listens on none.
func ports(w plan.Workload) []containers.PortMapping {
	if w.Port == 0 {
		return []containers.PortMapping{}
	}
	return []containers.PortMapping{{ContainerPort: w.Port, HostPort: w.Port, Protocol: "tcp"}}
}

// openerName is the name of the container that runs before the application's.
const openerName = "open-disk-paths"

// opener lets every user write to the volumes on disk, which Fargate gives to root. It
// has the application's image, so that nothing else must be pulled, and it has neither
// the application's variables nor its secrets.
// https://github.com/aws/containers-roadmap/issues/938
func opener(s *stack.Stack, p *plan.Plan, w plan.Workload) containers.Container {
	return containers.Container{
		Name:                   openerName,
		Image:                  w.Image,
		EntryPoint:             []string{"/bin/sh", "-c"},
		Command:                []string{"chmod 1777 " + strings.Join(sorted(w.DiskPaths), " ")},
		User:                   "0",
		ReadonlyRootFilesystem: true,
		PortMappings:           []containers.PortMapping{},
		Environment:            []containers.Variable{},
		MountPoints:            mountPoints(w),
		LogConfiguration:       logs(s, p, w),
	}
}

// memoryShare is the part of a task's memory that one writable path may fill.
const memoryShare = 4

// memory are the writable paths. They are in memory because Fargate gives volumes on disk
// to root, so an image with another user could not write to them. Programs run from there:
// Java and Python unpack native code into /tmp, and s6-overlay runs /run. Docker forbids that
// unless it is told otherwise, and AWS does not say which way Fargate has it.
// https://github.com/docker/docs/issues/8138
// https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
func memory(w plan.Workload) []containers.Tmpfs {
	var out []containers.Tmpfs
	for _, path := range sorted(w.WritablePaths) {
		out = append(out, containers.Tmpfs{
			ContainerPath: path,
			Size:          w.Memory / memoryShare,
			MountOptions:  []string{"mode=1777", "exec", "nosuid", "nodev"},
		})
	}
	return out
}

// ulimits are empty unless the claim sets one: the application then has Fargate's.
func ulimits(w plan.Workload) []containers.Ulimit {
	if w.OpenFiles == nil {
		return nil
	}
	return []containers.Ulimit{{Name: "nofile", SoftLimit: *w.OpenFiles, HardLimit: *w.OpenFiles}}
}

// environment is the claim's variables and Kasha's, sorted by name. Validation ensures
// that they have no name in common.
func environment(s *stack.Stack, w plan.Workload, late []plan.Variable) []containers.Variable {
	all := map[string]string{}
	for k, v := range w.Env {
		all[k] = string(v)
	}
	for _, v := range slices.Concat(w.Variables(s.Region), late) {
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

// sorted sorts paths, because they are a set: their order in the claim does not matter.
func sorted(paths []string) []string { return slices.Sorted(slices.Values(paths)) }

// volume is the name of a path's volume. It depends on the path alone, so that adding a
// path does not rename the other volumes.
func volume(path string) string { return "writable-" + stack.Digest(path) }

func mountPoints(w plan.Workload) []containers.MountPoint {
	out := []containers.MountPoint{}
	for _, path := range sorted(w.DiskPaths) {
		out = append(out, containers.MountPoint{SourceVolume: volume(path), ContainerPath: path})
	}
	return out
}

// logs are awslogs' settings. Unless the claim says Blocking, they never block the
// application: lines that CloudWatch does not accept stay in memory, and the oldest are
// lost.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
func logs(s *stack.Stack, p *plan.Plan, w plan.Workload) containers.LogConfiguration {
	options := map[string]string{
		"awslogs-group":         p.LogGroupName(w.Name),
		"awslogs-region":        s.Region,
		"awslogs-stream-prefix": "ecs",
		"mode":                  "non-blocking",
		"max-buffer-size":       "25m",
	}
	if w.LogMode == "Blocking" {
		options["mode"] = "blocking"
		delete(options, "max-buffer-size")
	}
	return containers.LogConfiguration{LogDriver: "awslogs", Options: options}
}
