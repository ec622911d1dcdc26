package plan

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// Opener is the name of the container that opens the volumes on disk to every user before
// the others start.
const Opener = "open-disk-paths"

// A Side container runs beside the application's: a sidecar, or an init container.
type Side struct {
	*v1alpha1.SideContainer

	// Field is the claim's field that declares it: spec.backend.sidecars[otel].
	Field string
	// Init tells whether it ends before the application starts.
	Init bool
	// Essential tells whether the task stops when it ends.
	Essential bool
	// HealthCheck is nil where ECS has none to run.
	HealthCheck *v1alpha1.ContainerHealthCheck
}

// Sides are the init containers and the sidecars, each sorted by name: their order in the
// claim has no meaning.
func (d Declared) Sides() []Side {
	var out []Side
	for i := range d.InitContainers {
		c := &d.InitContainers[i]
		out = append(out, Side{
			SideContainer: &c.SideContainer, Field: d.Field + ".initContainers[" + c.Name + "]", Init: true,
		})
	}
	inits := len(out)
	for i := range d.Sidecars {
		c := &d.Sidecars[i]
		out = append(out, Side{
			SideContainer: &c.SideContainer, Field: d.Field + ".sidecars[" + c.Name + "]",
			Essential: c.Essential == nil || *c.Essential, HealthCheck: c.HealthCheck,
		})
	}
	byName := func(a, b Side) int { return strings.Compare(a.Name, b.Name) }
	slices.SortStableFunc(out[:inits], byName)
	slices.SortStableFunc(out[inits:], byName)
	return out
}

// A Part is what every container of a workload has, whether it is the application's or not.
type Part struct {
	// Name of the container as people read it: frontend, or otel of the frontend.
	Name string
	// Field is the claim's field that declares it.
	Field string
	// Beside tells whether it is not the application's container.
	Beside bool
	Image  string
	Env    map[string]v1alpha1.EnvValue
	// Secrets are variables whose values ECS reads.
	Secrets             map[string]v1alpha1.SecretValue
	EntryPoint, Command []string
	User                string
	HealthCheck         *v1alpha1.ContainerHealthCheck
}

// Parts are all containers of a workload. The application's is the first.
func (d Declared) Parts() []Part {
	out := []Part{{
		Name: d.Name, Field: d.Field, Image: d.Image, Env: d.Env, Secrets: d.Secrets,
		EntryPoint: d.EntryPoint, Command: d.Command, User: d.User, HealthCheck: d.ContainerHealthCheck,
	}}
	for _, c := range d.Sides() {
		out = append(out, Part{
			Name: c.Name + " of the " + d.Name, Field: c.Field, Beside: true, Image: c.Image, Env: c.Env,
			Secrets: c.Secrets, EntryPoint: c.EntryPoint, Command: c.Command, User: c.User,
			HealthCheck: c.HealthCheck,
		})
	}
	return out
}

// A WorkloadPart is a container of a workload.
type WorkloadPart struct {
	Part

	Of *Workload
}

// Waits are what the application's container waits for: for init containers that its
// dependsOn does not name, until they have succeeded.
func (d Declared) Waits() []v1alpha1.ContainerDependency {
	out := slices.Clone(d.DependsOn)
	for _, c := range d.InitContainers {
		named := func(w v1alpha1.ContainerDependency) bool { return w.Container == c.Name }
		if !slices.ContainsFunc(d.DependsOn, named) {
			out = append(out,
				v1alpha1.ContainerDependency{Container: c.Name, Condition: v1alpha1.ContainerSucceeded})
		}
	}
	return out
}
