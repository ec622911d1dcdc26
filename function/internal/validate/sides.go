package validate

import (
	"slices"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// boundedBeside are the fields of sidecars and init containers that AWS bounds, where the
// schema has the same bounds.
var boundedBeside = []struct {
	field       string
	value       func(plan.Side) *int32
	least, most int32
}{
	{"cpu", func(c plan.Side) *int32 { return c.CPU }, 2, 16384},
	{"memory", func(c plan.Side) *int32 { return c.Memory }, 6, 122880},
	{"startTimeoutSeconds", func(c plan.Side) *int32 { return c.StartTimeoutSeconds }, 2, 120},
	{"healthCheck.intervalSeconds", checkedBeside(func(h *hc) *int32 { return h.IntervalSeconds }), 5, 300},
	{"healthCheck.timeoutSeconds", checkedBeside(func(h *hc) *int32 { return h.TimeoutSeconds }), 2, 60},
	{"healthCheck.retries", checkedBeside(func(h *hc) *int32 { return h.Retries }), 1, 10},
	{"healthCheck.startSeconds", checkedBeside(func(h *hc) *int32 { return h.StartSeconds }), 0, 300},
}

// checkedBeside is a value of a sidecar's health check, if there is one.
func checkedBeside(value func(*hc) *int32) func(plan.Side) *int32 {
	return func(c plan.Side) *int32 {
		if c.HealthCheck == nil {
			return nil
		}
		return value(c.HealthCheck)
	}
}

// ContainersHaveNames requires sidecars and init containers with names of their own within
// their workload.
func ContainersHaveNames(p *plan.Plan) []error {
	var errs []error
	for _, w := range p.Containers() {
		inits, sides := map[string]bool{}, map[string]bool{}
		for _, c := range w.Sides() {
			same, list := sides, ".sidecars"
			if c.Init {
				same, list = inits, ".initContainers"
			}
			switch {
			case !taskName.MatchString(c.Name):
				errs = append(errs, refuse(c.Field+".name", "cannot use %q: a container's name begins with a letter "+
					"and has at most 24 lower-case letters, digits and single hyphens; write for example otel",
					c.Name))
			case c.Name == w.Name, c.Name == plan.Opener:
				errs = append(errs, refuse(c.Field+".name", "cannot use %q: another container of the task has this "+
					"name; choose another one", c.Name))
			case same[c.Name]:
				errs = append(errs, refuse(w.Field+list, "cannot use two containers called %q: a name is listed "+
					"twice; give each container a name of its own", c.Name))
			case inits[c.Name]:
				errs = append(errs, refuse(c.Field+".name", "cannot use %q: an init container has this name; "+
					"give each container a name of its own", c.Name))
			}
			same[c.Name] = true
		}
	}
	return errs
}

// ContainersFitTasks requires sidecars that leave something of the task to the application.
// ECS refuses a task whose containers want more than it has.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
func ContainersFitTasks(p *plan.Plan) []error {
	var errs []error
	for _, w := range p.Containers() {
		var cpu, memory int64
		for _, c := range w.Sides() {
			cpu += int64(ptr.Deref(c.CPU, 0))
			memory += int64(ptr.Deref(c.Memory, 0))
		}
		if cpu >= int64(w.CPU) {
			errs = append(errs, refuse(w.Field+".cpu", "cannot give %d CPU units to sidecars and init containers: "+
				"the task has %d, and the application needs some; lower their cpu, or raise the task's", cpu, w.CPU))
		}
		if memory >= int64(w.Memory) {
			errs = append(errs, refuse(w.Field+".memory", "cannot give %d MiB to sidecars and init containers: "+
				"the task has %d, and the application needs some; lower their memory, or raise the task's",
				memory, w.Memory))
		}
	}
	return errs
}

// ContainersStart requires an order in which the containers of a task can start.
func ContainersStart(p *plan.Plan) []error {
	var errs []error
	for _, w := range p.Containers() {
		sides := map[string]plan.Side{}
		for _, c := range w.Sides() {
			sides[c.Name] = c
		}
		errs = append(errs, waits(w.Field, w.DependsOn, sides)...)
		for _, c := range w.Sides() {
			errs = append(errs, waits(c.Field, c.DependsOn, sides)...)
		}
		errs = append(errs, circles(w, sides)...)
	}
	return errs
}

// waits checks what one container waits for.
func waits(field string, list []v1alpha1.ContainerDependency, sides map[string]plan.Side) []error {
	var errs []error
	seen := map[string]bool{}
	for _, d := range list {
		c, exists := sides[d.Container]
		ends := d.Condition == v1alpha1.ContainerCompleted || d.Condition == v1alpha1.ContainerSucceeded
		at := field + ".dependsOn[" + d.Container + "]"
		switch {
		case seen[d.Container]:
			errs = append(errs, refuse(field+".dependsOn", "cannot wait twice for %q: ECS takes one condition for "+
				"each; list each container once", d.Container))
		case !exists:
			errs = append(errs, refuse(at, "cannot wait for %q: the workload has no sidecar and no init container of "+
				"this name; add it, or remove this", d.Container))
		case c.Init && !ends:
			errs = append(errs, refuse(at+".condition", "cannot wait until %q has %s: an init container ends; "+
				"wait for SUCCESS or COMPLETE", d.Container, d.Condition))
		case c.Essential && ends:
			errs = append(errs, refuse(at+".condition", "cannot wait until %q has %s: it is essential, and the task "+
				"stops when it ends; wait for START or HEALTHY, or make it an init container",
				d.Container, d.Condition))
		case d.Condition == v1alpha1.ContainerHealthy && c.HealthCheck == nil:
			errs = append(errs, refuse(at+".condition", "cannot wait until %q is HEALTHY: it has no health check; "+
				"give it one, or wait for START", d.Container))
		}
		seen[d.Container] = true
	}
	return errs
}

// circles finds containers that wait for each other. The application waits, and nothing
// waits for it.
func circles(w plan.Workload, sides map[string]plan.Side) []error {
	var errs []error
	for _, c := range w.Sides() {
		if reaches(sides, c.Name, c.Name, map[string]bool{}) {
			errs = append(errs, refuse(c.Field+".dependsOn", "cannot start %q: it waits for itself, through what it "+
				"waits for; remove one of these dependencies", c.Name))
		}
	}
	return errs
}

// reaches tells whether a container waits, directly or not, for another one.
func reaches(sides map[string]plan.Side, from, to string, seen map[string]bool) bool {
	c, exists := sides[from]
	if !exists || seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(c.DependsOn, func(d v1alpha1.ContainerDependency) bool {
		return d.Container == to || reaches(sides, d.Container, to, seen)
	})
}
