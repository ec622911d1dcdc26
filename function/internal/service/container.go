package service

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// containerDefinitions are a workload's containers, in JSON. The application's is the
// first.
func containerDefinitions(s *stack.Stack, p *plan.Plan, w plan.Workload, late []plan.Variable) string {
	out := []containers.Container{application(s, p, w, late)}
	if len(w.DiskPaths) > 0 {
		out = append(out, opener(s, p, w))
	}
	for _, c := range w.Sides() {
		out = append(out, beside(s, p, w, c))
	}
	return stack.JSON(out)
}

func application(s *stack.Stack, p *plan.Plan, w plan.Workload, late []plan.Variable) containers.Container {
	return containers.Container{
		Name:                   w.Name,
		Image:                  w.Image,
		EntryPoint:             w.EntryPoint,
		Command:                w.Command,
		WorkingDirectory:       w.WorkingDirectory,
		User:                   w.User,
		CPU:                    ownCPU(w),
		Essential:              true,
		ReadonlyRootFilesystem: ptr.Deref(w.ReadOnlyRootFilesystem, true),
		LinuxParameters: containers.LinuxParameters{
			InitProcessEnabled: ptr.Deref(w.InitProcess, true),
			Tmpfs:              memory(w.WritablePaths, w.Memory),
		},
		DependsOn:        dependencies(w.Waits(), len(w.DiskPaths) > 0),
		Ulimits:          ulimits(w),
		PortMappings:     ports(w),
		Environment:      environment(s, w, late),
		Secrets:          secrets(w.Secrets),
		MountPoints:      mountPoints(w),
		HealthCheck:      healthCheck(w.ContainerHealthCheck),
		StopTimeout:      w.StopTimeout,
		LogConfiguration: logs(s, p, w),
	}
}

// healthCheck is empty unless the claim asks for one: it needs a program in the image, and
// the load balancer checks the tasks' health already.
func healthCheck(h *v1alpha1.ContainerHealthCheck) *containers.HealthCheck {
	const interval, timeout, retries = 30, 5, 3
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

// ownCPU is what the application's container has while others want CPU, too. ECS gives a
// container without a number the smallest share that there is, so the application has a number
// as soon as another container has one.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
func ownCPU(w plan.Workload) int32 {
	left := w.CPU
	for _, c := range w.Sides() {
		left -= ptr.Deref(c.CPU, 0)
	}
	if left == w.CPU {
		return 0
	}
	return left
}

// beside is a sidecar or an init container. A sidecar has as long to stop as the
// application, which may still need it.
func beside(s *stack.Stack, p *plan.Plan, w plan.Workload, side plan.Side) containers.Container {
	memoryMiB := ptr.Deref(side.Memory, 0)
	c := containers.Container{
		Name:                   side.Name,
		Image:                  side.Image,
		EntryPoint:             side.EntryPoint,
		Command:                side.Command,
		User:                   side.User,
		CPU:                    ptr.Deref(side.CPU, 0),
		Memory:                 memoryMiB,
		Essential:              side.Essential,
		ReadonlyRootFilesystem: ptr.Deref(side.ReadOnlyRootFilesystem, true),
		LinuxParameters: containers.LinuxParameters{
			InitProcessEnabled: true,
			Tmpfs:              memory(side.WritablePaths, cmp.Or(memoryMiB, w.Memory)),
		},
		DependsOn:        dependencies(side.DependsOn, side.ShareDiskPaths),
		PortMappings:     []containers.PortMapping{},
		Environment:      variables(side.Env, []plan.Variable{{Name: "AWS_REGION", Value: s.Region}}),
		Secrets:          secrets(side.Secrets),
		MountPoints:      []containers.MountPoint{},
		HealthCheck:      healthCheck(side.HealthCheck),
		StartTimeout:     ptr.Deref(side.StartTimeoutSeconds, 0),
		LogConfiguration: logs(s, p, w),
	}
	if side.ShareDiskPaths {
		c.MountPoints = mountPoints(w)
	}
	if !side.Init {
		c.StopTimeout = w.StopTimeout
	}
	return c
}

// dependencies are sorted by name. A container that mounts the volumes on disk starts when
// they are open.
func dependencies(waits []v1alpha1.ContainerDependency, disk bool) []containers.Dependency {
	var out []containers.Dependency
	for _, w := range waits {
		out = append(out, containers.Dependency{ContainerName: w.Container, Condition: string(w.Condition)})
	}
	if disk {
		out = append(out,
			containers.Dependency{ContainerName: plan.Opener, Condition: string(v1alpha1.ContainerSucceeded)})
	}
	slices.SortFunc(out, func(a, b containers.Dependency) int {
		return strings.Compare(a.ContainerName, b.ContainerName)
	})
	return out
}

// opener lets every user write to the volumes on disk, which Fargate gives to root. It
// has the application's image, so that nothing else must be pulled, and it has neither
// the application's variables nor its secrets.
// https://github.com/aws/containers-roadmap/issues/938
func opener(s *stack.Stack, p *plan.Plan, w plan.Workload) containers.Container {
	return containers.Container{
		Name:                   plan.Opener,
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
func memory(paths []string, memoryMiB int32) []containers.Tmpfs {
	var out []containers.Tmpfs
	for _, path := range sorted(paths) {
		out = append(out, containers.Tmpfs{
			ContainerPath: path,
			Size:          max(memoryMiB/memoryShare, 1),
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
	return variables(w.Env, slices.Concat(w.Variables(s.Region), late))
}

func variables(claimed map[string]v1alpha1.EnvValue, own []plan.Variable) []containers.Variable {
	all := map[string]string{}
	for k, v := range claimed {
		all[k] = string(v)
	}
	for _, v := range own {
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
