package validate

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// ArchiveIsThere requires an archive if copyTo, lock or restoreTest is set.
func ArchiveIsThere(p *plan.Plan) []error {
	c := p.Claim
	b := c.Spec.Backup
	if b.ArchiveYears > 0 || (b.CopyTo == nil && b.Lock != v1alpha1.LockGovernance && !b.RestoreTest.Enabled) {
		return nil
	}
	return one("spec.backup.archiveYears", "cannot copy, lock or test an archive that is not taken: "+
		"archiveYears is %d; set it to 1 or more, or remove copyTo, lock and restoreTest", b.ArchiveYears)
}

// CopiesAreElsewhere requires a copy in another region or account, so that it survives
// the loss of the region, and allows restore tests in another account only where there
// is a copy.
func CopiesAreElsewhere(p *plan.Plan) []error {
	c := p.Claim
	var errs []error
	to, test := c.Spec.Backup.CopyTo, c.Spec.Backup.RestoreTest
	if to != nil && (to.Region == "") == (to.VaultARN == "") {
		errs = append(errs, refuse("spec.backup.copyTo", "cannot tell where to copy to: "+
			"region makes a vault and a key in another region of this account, vaultARN names a vault that exists; "+
			"set exactly one of them"))
	}
	if to != nil && to.PointInTime && to.Region == "" {
		errs = append(errs, refuse("spec.backup.copyTo.pointInTime", "cannot replicate automated backups into a "+
			"vault: RDS keeps them itself, in another region of this account; "+
			"set region instead of vaultARN, or remove pointInTime"))
	}
	if to != nil && to.Region == c.Spec.Region {
		errs = append(errs, refuse("spec.backup.copyTo.region", "cannot copy the archive to the region that it is "+
			"in: a copy must survive the loss of the region; choose another region"))
	}
	if to != nil && to.Region != "" && awsfacts.Partition(to.Region) == awsfacts.AWS && !awsfacts.IsRegion(to.Region) {
		wrong := noSuchRegion()
		if !regionForm.MatchString(to.Region) {
			wrong = "it is not the name of an AWS region; write for example eu-central-1"
		}
		errs = append(errs, refuse("spec.backup.copyTo.region", "cannot use %q: %s", to.Region, wrong))
	}
	if to != nil && to.Region != "" && awsfacts.Partition(to.Region) != awsfacts.AWS {
		errs = append(errs, refuse("spec.backup.copyTo.region", "cannot copy to %q: it is in another partition of "+
			"AWS, and AWS copies no backups between partitions; "+
			"choose a commercial region, for example eu-central-1", to.Region))
	}
	if test.ProviderConfigRef != nil && (to == nil || to.VaultARN == "") {
		errs = append(errs, refuse("spec.backup.restoreTest", "cannot test restores in another account: "+
			"there is no copy of the archive there; set copyTo.vaultARN to a vault of that account, or remove "+
			"restoreTest.providerConfigRef"))
	}
	if test.SubnetGroup != "" && test.ProviderConfigRef == nil {
		errs = append(errs, refuse("spec.backup.restoreTest.subnetGroup",
			"cannot use a subnet group for restores in this account: "+
				"there they go into the database's own; remove subnetGroup, or set providerConfigRef"))
	}
	return errs
}
