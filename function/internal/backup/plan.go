package backup

import (
	"fmt"

	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// startMinutes is the shortest that AWS allows for a snapshot to begin in.
	startMinutes      = 60
	completionMinutes = 12 * 60
)

// monthly does not back up continuously: AWS Backup would take the database's own
// backup window and retention over.
func monthly(s *stack.Stack) {
	db := s.Claim.Spec.Database
	s.Add(keys.BackupPlan, "A snapshot of the database on the first of every month.", &backup.Plan{Spec: backup.PlanSpec{ForProvider: backup.PlanParameters{
		Region: &s.Region,
		Name:   ptr.To(s.Name("archive", plan.LimitBackup)),
		Rule: []backup.RuleParameters{{
			RuleName: ptr.To("monthly"),
			// By name: a reference inside a list is written by the provider and by
			// Crossplane in turns, for ever.
			TargetVaultName:        ptr.To(vaultName(s)),
			Schedule:               ptr.To(fmt.Sprintf("cron(0 %d 1 * ? *)", hour(db.BackupWindow, db.MaintenanceWindow))),
			StartWindow:            ptr.To(float64(startMinutes)),
			CompletionWindow:       ptr.To(float64(completionMinutes)),
			EnableContinuousBackup: ptr.To(false),
			Lifecycle:              &backup.RuleLifecycleParameters{DeleteAfter: ptr.To(float64(days(s.Claim.Spec.Backup.ArchiveYears)))},
			CopyAction:             copyActions(s),
			RecoveryPointTags:      s.Tags(keys.RecoveryPoints),
		}},
		Tags: s.Tags(keys.BackupPlan),
	}}}, stack.After(keys.Vault))
}

func selection(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.Selection, "Says that the plan is for the database's primary.", &backup.Selection{Spec: backup.SelectionSpec{ForProvider: backup.SelectionParameters{
		Region:        &s.Region,
		Name:          ptr.To(s.Name("database", plan.LimitBackup)),
		PlanIDRef:     s.Ref(keys.BackupPlan),
		IAMRoleArnRef: s.Ref(keys.Role(keys.BackupRole)),
		Resources:     []*string{ptr.To(p.RegionalARN("rds", "db:"+p.DatabaseID(keys.Primary)))},
	}}})
}
