package validate

import (
	"regexp"
	"strconv"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

var (
	auroraVersion = regexp.MustCompile(`^8[.]4[.][0-9]{1,3}$`)
	auroraClass   = regexp.MustCompile(`^db[.](serverless|(t3|t4g|r[5-9][a-z]*|x2g)[.]` +
		`(small|medium|([1-9][0-9]*x)?large|xlarge))$`)
	capacityUnits = regexp.MustCompile(`^(0|0[.]5|[1-9][0-9]{0,2}([.]5)?)$`)
)

const (
	maxReaders       = 14
	maxScaledReaders = 15
)

// AuroraIsOffered requires a cluster that Aurora has.
func AuroraIsOffered(p *plan.Plan) []error {
	a := p.Claim.Spec.Database.Aurora
	if a == nil {
		return nil
	}
	var errs []error
	if a.Version != "" && !auroraVersion.MatchString(a.Version) {
		errs = append(errs, refuse("spec.database.aurora.version", "cannot use %q: Aurora's version is compatible "+
			"with MySQL 8.4 and written in full; write for example 8.4.10", a.Version))
	}
	if a.InstanceClass != "" && !auroraClass.MatchString(a.InstanceClass) {
		errs = append(errs, refuse("spec.database.aurora.instanceClass", "cannot use %q: it is none of Aurora "+
			"MySQL's; write db.serverless, or for example db.r7g.large", a.InstanceClass))
	}
	if n := ptr.Deref(a.Readers, 0); n < 0 || n > maxReaders {
		errs = append(errs, refuse("spec.database.aurora.readers", "cannot have %d readers: a cluster has at most %d "+
			"beside its writer; use 0 to %d", n, maxReaders+1, maxReaders))
	}
	return append(errs, capacityFits(p, a.Capacity)...)
}

// capacityFits requires a range that AWS takes.
func capacityFits(p *plan.Plan, c *v1alpha1.AuroraCapacity) []error {
	if c == nil {
		return nil
	}
	const field, most = "spec.database.aurora.capacity", 256
	if !capacityUnits.MatchString(c.MinACU) {
		return one(field+".minACU", "cannot use %q: it is counted in halves of a unit; write for example 0.5 or 2",
			c.MinACU)
	}
	if !capacityUnits.MatchString(c.MaxACU) {
		return one(field+".maxACU", "cannot use %q: it is counted in halves of a unit; write for example 16", c.MaxACU)
	}
	// They are numbers.
	low, _ := strconv.ParseFloat(c.MinACU, 64)
	high, _ := strconv.ParseFloat(c.MaxACU, 64)
	switch {
	case low > high, high < 1, high > most:
		return one(field, "cannot scale in the range from %s to %s: minACU must not be more than maxACU, which is 1 "+
			"to %d; write for example minACU 2 and maxACU 16", c.MinACU, c.MaxACU, most)
	case c.PauseAfterSeconds != nil && low > 0:
		return one(field+".pauseAfterSeconds", "cannot pause: a node pauses only where it may have no capacity at "+
			"all; set minACU to 0, or remove pauseAfterSeconds")
	case c.PauseAfterSeconds != nil && (*c.PauseAfterSeconds < 300 || *c.PauseAfterSeconds > 86400):
		return one(field+".pauseAfterSeconds", "cannot pause after %d seconds: AWS takes 300 to 86400; use a number "+
			"between them", *c.PauseAfterSeconds)
	case low == 0 && p.Claim.Spec.Database.Proxy.Enabled:
		return one(field+".minACU", "cannot pause a database behind a proxy: the proxy keeps connections open, so "+
			"that no node ever pauses; set aurora.capacity.minACU to 0.5 or more, or proxy.enabled to false")
	}
	return nil
}

// ReadersScaleUnderProtection requires a claim that cannot be deleted for as long as AWS may have
// readers of its own: they are nobody's objects, and a cluster that has one cannot be deleted.
func ReadersScaleUnderProtection(p *plan.Plan) []error {
	db := p.Claim.Spec.Database
	if db.Engine != v1alpha1.AuroraMySQL || db.Aurora == nil {
		return nil
	}
	const field = "spec.database.aurora.readerScaling"
	switch scaling, readers := db.Aurora.ReaderScaling, ptr.Deref(db.Aurora.Readers, 0); {
	case scaling != nil && (readers < 1 || scaling.Max < readers || scaling.Max > maxScaledReaders):
		return one(field, "cannot scale readers: AWS adds readers to those of the claim, and removes only those that "+
			"it has added; set readers to 1 or more, and readerScaling.max to readers or more")
	case scaling != nil && (scaling.CPUPercent < 10 || scaling.CPUPercent > 95):
		return one(field+".cpuPercent", "cannot aim at %d percent: it leaves no room to scale; use 10 to 95",
			scaling.CPUPercent)
	case scaling != nil && !p.Protected:
		return one(field, "cannot scale readers of a claim that is not protected: a reader that AWS has added is "+
			"nobody's object, and a cluster that has one cannot be deleted; set deletionProtection to true, or "+
			"remove readerScaling, wait until the claim is Ready, and turn the protection off then")
	case scaling == nil && !p.Protected && p.ReadersScale():
		return one("spec.deletionProtection", "cannot turn the protection off yet: AWS may still have readers that "+
			"it has added, and a cluster that has one cannot be deleted; set deletionProtection to true, wait until "+
			"the claim is Ready without readerScaling, and turn it off then")
	}
	return nil
}

// BackupsAreCopiedAsRDSCan refuses what only the engine MySQL has.
func BackupsAreCopiedAsRDSCan(p *plan.Plan) []error {
	c := p.Claim.Spec.Backup.CopyTo
	if p.Claim.Spec.Database.Engine != v1alpha1.AuroraMySQL || c == nil || !c.PointInTime {
		return nil
	}
	return one("spec.backup.copyTo.pointInTime", "cannot copy automated backups of Aurora to another region: AWS has "+
		"no such copies of a cluster; set backup.copyTo.pointInTime to false")
}
