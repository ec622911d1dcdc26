package cost

import (
	"fmt"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// usage is what is assumed of a month.
type usage struct {
	requests, viewerGB, natGB, bucketGB, logGB, messages, imageGB, scheduleHours, archiveGB float64

	cacheMB, cacheRequests, tableReads, tableWrites, tableGB float64
	// hasCache and hasTables tell whether the claim has what the last five are about.
	hasCache, hasTables bool
	// capacityUnits is the mean of each load balancer.
	capacityUnits float64
}

const (
	// connectionsPerUnit and gbPerUnit are what a capacity unit of a load balancer handles in an hour. Each request is
	// taken for a new connection.
	// https://aws.amazon.com/elasticloadbalancing/pricing/
	connectionsPerUnit = 25 * 60 * 60
	gbPerUnit          = 1
)

// usageOf reads a claim with presets.
func usageOf(c *v1alpha1.KashaClaim) usage {
	a := c.Spec.Cost.Assumptions
	of := func(n *int64) float64 { return float64(ptr.Deref(n, 0)) }
	u := usage{
		requests:      of(a.ViewerRequests),
		viewerGB:      of(a.ViewerGB),
		natGB:         of(a.NATGB),
		bucketGB:      of(a.BucketGB),
		logGB:         of(a.LogGB),
		messages:      of(a.QueueMessages),
		imageGB:       of(a.ImageGB),
		scheduleHours: of(a.ScheduleHours),
		archiveGB:     float64(c.Spec.Database.StorageGiB),
		cacheMB:       of(a.CacheMB),
		cacheRequests: of(a.CacheRequests),
		hasCache:      c.Spec.Cache != nil,
		tableReads:    of(a.TableReadUnits),
		tableWrites:   of(a.TableWriteUnits),
		tableGB:       of(a.TableGB),
		hasTables:     len(c.Spec.Tables) > 0,
	}
	u.capacityUnits = max(u.requests/connectionsPerUnit, u.viewerGB/gbPerUnit) / hours
	if a.CapacityUnits != nil {
		u.capacityUnits = of(a.CapacityUnits)
	}
	if a.ArchiveGB != nil {
		u.archiveGB = of(a.ArchiveGB)
	}
	return u
}

// An Assumption is a part of the usage: a field of spec.cost.assumptions and its value.
type Assumption struct {
	Field string
	Value float64
}

// String is the field and the value, with two places where it is no whole number.
func (a Assumption) String() string {
	if a.Value == float64(int64(a.Value)) {
		return fmt.Sprintf("%s: %d", a.Field, int64(a.Value))
	}
	return fmt.Sprintf("%s: %.2f", a.Field, a.Value)
}

// list are the assumptions that the estimate needs, in the order of the claim's fields.
func (u usage) list() []Assumption {
	out := []Assumption{
		{"viewerRequests", u.requests},
		{"viewerGB", u.viewerGB},
		{"capacityUnits", u.capacityUnits},
		{"natGB", u.natGB},
		{"bucketGB", u.bucketGB},
		{"logGB", u.logGB},
		{"queueMessages", u.messages},
	}
	if u.hasCache {
		out = append(out, Assumption{"cacheMB", u.cacheMB}, Assumption{"cacheRequests", u.cacheRequests})
	}
	if u.hasTables {
		out = append(out,
			Assumption{"tableReadUnits", u.tableReads},
			Assumption{"tableWriteUnits", u.tableWrites},
			Assumption{"tableGB", u.tableGB})
	}
	return append(out,
		Assumption{"imageGB", u.imageGB},
		Assumption{"scheduleHours", u.scheduleHours},
		Assumption{"archiveGB", u.archiveGB})
}
