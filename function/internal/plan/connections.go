package plan

import (
	"strconv"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/rollout"
)

// PoolVariable is how many connections to the database each task may have open. A claim's own
// variable of this name wins.
const PoolVariable = "DB_POOL_MAX"

const (
	// pooledPercent is the part of MySQL's connections that the tasks share. The rest is for RDS
	// itself, which takes a part of the memory that max_connections is computed of, for
	// administrators, and for tasks that are started by hand.
	pooledPercent = 70
	// leastBehindProxy is the smallest pool of a task behind the proxy, which lets many clients
	// share a connection.
	leastBehindProxy = 10
	// wholePercent and twicePercent are all of a service's tasks, once and two times.
	wholePercent, twicePercent = 100, 200
)

// Connections are the database's, and how the tasks share them.
type Connections struct {
	// Most is MySQL's max_connections, and Shared what of it the tasks share. Both are 0 where
	// they are not known.
	Most, Shared int
	// Tasks is how many tasks may run at once: all workloads at their maximum, in the middle of
	// a deployment, and one run of each schedule. Own are the connections of those that set
	// the variable themselves, and Others the number of the other tasks.
	Tasks, Own, Others int
}

// connections counts what a claim's workloads need at most.
func connections(e v1alpha1.DatabaseEngine, c *v1alpha1.KashaClaim, declared []Declared) Connections {
	most := maxConnections(e, c.Spec.Database)
	out := Connections{Most: most, Shared: most * pooledPercent / wholePercent}
	for _, d := range declared {
		if !(databaseBinding{}).Serves(d) {
			continue
		}
		n := d.mostTasks()
		out.Tasks += n
		own, sets := d.ownPool()
		if !sets {
			out.Others += n
		}
		out.Own += n * own
	}
	return out
}

// mostTasks is how many tasks of a workload run at once: in a deployment ECS starts new ones
// before it stops the old ones.
func (d Declared) mostTasks() int {
	if d.Schedule != nil {
		return 1
	}
	return int(d.Scaling.Max) * int(ptr.Deref(d.Deployment.MaxPercent, twicePercent)) / wholePercent
}

// ownPool is the claim's own value of the variable. It is 0 where that is no number, or secret.
func (d Declared) ownPool() (own int, sets bool) {
	value, plain := d.Env[PoolVariable]
	_, secret := d.Secrets[PoolVariable]
	own, _ = strconv.Atoi(string(value))
	return max(own, 0), plain || secret
}

// maxConnections is MySQL's max_connections: the claim's parameter, or what follows from the
// memory of the instance class. It is 0 where it is not known.
func maxConnections(e v1alpha1.DatabaseEngine, db v1alpha1.Database) int {
	if text, set := db.Parameters["max_connections"]; set {
		n, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return max(n, 0)
	}
	most, _ := awsfacts.MaxConnections(db.InstanceClass)
	if e == v1alpha1.AuroraMySQL {
		most, _ = maxAuroraConnections(db)
	}
	return int(most)
}

// maxAuroraConnections is Aurora's default of max_connections, and whether it is known. That of
// a node that scales follows from its maximum capacity.
func maxAuroraConnections(db v1alpha1.Database) (float64, bool) {
	a := db.Aurora
	switch {
	case a == nil:
		return 0, false
	case a.InstanceClass != serverless:
		size, known := awsfacts.MemoryGiB(a.InstanceClass)
		return awsfacts.MaxAuroraConnections(size), known
	case a.Capacity == nil:
		return 0, false
	}
	units, err := strconv.ParseFloat(a.Capacity.MaxACU, 64)
	return awsfacts.MaxAuroraConnections(units * gibPerUnit), err == nil
}

// gibPerUnit is the memory of a capacity unit.
const gibPerUnit = 2

// Fit tells whether every task can have a connection.
func (c Connections) Fit() bool { return c.Others == 0 && c.Own <= c.Shared || c.share() >= 1 }

func (c Connections) share() int { return (c.Shared - c.Own) / max(c.Others, 1) }

// Each is the value of the variable, and 0 where it is not known.
func (c Connections) Each(proxy bool) int {
	switch {
	case c.Most == 0:
		return 0
	case proxy:
		return max(c.share(), leastBehindProxy)
	}
	return max(c.share(), 1)
}

// Late is how many connections a task may have open. It changes with the number of tasks of
// every workload, so a new value waits for a workload's next version.
func (b databaseBinding) Late() []Variable {
	each := b.p.connections.Each(b.spec().Proxy.Enabled)
	if each == 0 {
		return []Variable{{Name: PoolVariable}}
	}
	return []Variable{{PoolVariable, strconv.Itoa(each)}}
}

// Crowded are the numbers of a claim whose workloads may open more connections than the
// database has for them.
type Crowded struct {
	Connections

	// Each is the value of the variable, and Told the number of connections that all tasks
	// together may open with the values that they have been told.
	Each, Told int
}

// Crowded tells whether the workloads may open more connections than the database has. Behind
// the proxy they cannot.
func (p *Plan) Crowded() (Crowded, bool) {
	c := p.connections
	out := Crowded{Connections: c, Each: c.Each(false)}
	if c.Most == 0 || p.Claim.Spec.Database.Proxy.Enabled {
		return out, false
	}
	for _, w := range p.Containers() {
		if w.Data {
			out.Told += w.mostTasks() * p.told(w, out.Each)
		}
	}
	return out, !c.Fit() || out.Told > c.Shared
}

// told is the pool that a workload's tasks have been told, or will be told with the next
// version if they have been told none.
func (p *Plan) told(w Workload, each int) int {
	if own, sets := w.ownPool(); sets {
		return own
	}
	c, _ := rollout.Container(p.stack, w.Rollout.Current)
	if n, ok := poolOf(c); ok {
		return n
	}
	return each
}

func poolOf(c containers.Container) (int, bool) {
	text, _ := c.Value(PoolVariable)
	n, err := strconv.Atoi(text)
	return n, err == nil
}
