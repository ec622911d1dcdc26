package validate

import (
	"slices"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

// CacheIsOffered requires a cache that ElastiCache has.
func CacheIsOffered(p *plan.Plan) []error {
	c := p.Claim.Spec.Cache
	if c == nil {
		return nil
	}
	var errs []error
	for _, b := range []struct {
		field              string
		value, least, most int32
	}{
		{"maxGiB", c.MaxGiB, 1, 5000},
		{"maxECPUPerSecond", c.MaxECPUPerSecond, 1000, 15_000_000},
		{"snapshotDays", c.SnapshotDays, 0, 35},
	} {
		if b.value < b.least || b.value > b.most {
			errs = append(errs, refuse("spec.cache."+b.field, "cannot use %d: ElastiCache takes %d to %d; write "+
				"a number between them", b.value, b.least, b.most))
		}
	}
	if !slices.Contains([]string{"7", "8"}, c.Version) {
		errs = append(errs, refuse("spec.cache.version", "cannot use %q: Kasha knows no such version of Valkey; "+
			"write 7 or 8", c.Version))
	}
	return errs
}
