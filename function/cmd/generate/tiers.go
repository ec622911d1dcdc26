package main

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/defaults"
)

const tiersPage = "docs/reference/tiers.md"

// tiersIntro is what the page says before its tables.
const tiersIntro = `# Usage tiers

` + "`usageTier` and `environment`" + ` fill in what a claim leaves empty, and nothing else.
Whatever they fill in can be written in the claim, too, and any part can be had in any tier.

A tier never changes the engine of a living claim: to change it, first write ` + "`database.engine`" + `, and to
get Aurora then, see [growing](../growing.md).

## What they fill in

`

// tasksIntro is what the page says before the arithmetic.
const tasksIntro = `
## How many tasks

The number and the size of tasks are the claim's (` + "`scaling`, `cpu`, `memory`" + `): no tier changes them,
because a living claim has them written. This is how to find them. A month has 2.63 million seconds, and a peak is
about ten times the average: three times by day, and three times more in a campaign. A request is taken for 25 ms of
CPU and five queries. A task of half a vCPU then takes 14 requests a second at the 70 percent that scaling aims at, and
one of a whole vCPU 28. Measure your own, and put it in the place of the 25 ms.

| Requests a month | Tier | A second | At the peak | Tasks of 0.5 vCPU | Tasks of 1 vCPU | Queries a second, peak |
|---|---|---|---|---|---|---|
`

const (
	secondsOfMonth = 2_628_000
	peak           = 10
	// cpuSeconds is the CPU that a request takes, and share what scaling lets tasks use.
	cpuSeconds = 0.025
	share      = 0.7
	queries    = 5
)

// tiersTable makes the page about usage tiers from the presets themselves.
func tiersTable(*inputs) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(pageGenerated + tiersIntro)
	environments := []v1alpha1.Environment{v1alpha1.Production, v1alpha1.NonProduction}
	usageTiers := []v1alpha1.UsageTier{v1alpha1.TierStandard, v1alpha1.TierGrowth, v1alpha1.TierScale}
	b.WriteString("| Tier | Environment | `database.engine` | Size of the database | Readers | Standby |\n")
	b.WriteString("|---|---|---|---|---|---|\n")
	for _, t := range usageTiers {
		for _, e := range environments {
			db := filled(t, e)
			fmt.Fprintf(&b, "| `%s` | `%s` | `%s` | %s | %d | %s |\n", t, e, db.Engine, sizeOf(db), readersOf(db),
				standby(db))
		}
	}
	b.WriteString(tasksIntro)
	for _, millions := range []float64{10, 50, 100, 500} {
		average := millions * 1e6 / secondsOfMonth
		most := average * peak
		fmt.Fprintf(&b, "| %.0f million | `%s` | %s | %s | %.0f | %.0f | %s |\n", millions, tierOf(millions),
			rounded(average), rounded(most), tasksOf(most, 0.5), tasksOf(most, 1), rounded(most*queries))
	}
	return b.Bytes(), nil
}

// filled is the database of a claim that says nothing of it.
func filled(t v1alpha1.UsageTier, e v1alpha1.Environment) v1alpha1.Database {
	c := &v1alpha1.KashaClaim{}
	c.Spec.UsageTier, c.Spec.Environment = t, e
	defaults.Apply(c)
	return c.Spec.Database
}

func sizeOf(db v1alpha1.Database) string {
	if db.Engine == v1alpha1.MySQL {
		return "`instanceClass: " + db.InstanceClass + "`"
	}
	a := db.Aurora
	size := fmt.Sprintf("`%s`, %s to %s ACU", a.InstanceClass, a.Capacity.MinACU, a.Capacity.MaxACU)
	if n := a.Capacity.PauseAfterSeconds; n != nil {
		size += fmt.Sprintf(", paused after %d s", *n)
	}
	return size
}

func readersOf(db v1alpha1.Database) int32 {
	if db.Engine == v1alpha1.MySQL {
		return ptr.Deref(db.ReadReplicas, 0)
	}
	return ptr.Deref(db.Aurora.Readers, 0)
}

func standby(db v1alpha1.Database) string {
	switch {
	case db.Engine == v1alpha1.AuroraMySQL && readersOf(db) > 0:
		return "the first reader"
	case db.Engine == v1alpha1.MySQL && ptr.Deref(db.MultiAZ, false):
		return "`multiAZ`"
	}
	return "none"
}

// tierOf is the tier for a number of requests a month, in millions.
func tierOf(millions float64) v1alpha1.UsageTier {
	const growth, scale = 10, 50
	switch {
	case millions <= growth:
		return v1alpha1.TierStandard
	case millions <= scale:
		return v1alpha1.TierGrowth
	}
	return v1alpha1.TierScale
}

// tasksOf is how many tasks of a size a number of requests a second needs.
func tasksOf(perSecond, vcpus float64) float64 {
	return math.Ceil(perSecond * cpuSeconds / (vcpus * share))
}

// rounded has two digits that count.
func rounded(n float64) string {
	unit := math.Pow(10, math.Floor(math.Log10(n))-1)
	return strconv.FormatFloat(math.Round(n/unit)*unit, 'f', max(0, int(-math.Log10(unit))), 64)
}
