package backup

import (
	"fmt"

	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// startMinutes is the shortest that AWS allows for a snapshot to begin in.
	startMinutes      = 60
	completionMinutes = 12 * 60
)

// plan does not back up continuously: AWS Backup would take the database's own
// backup window and retention over.
func plan(s *stack.Stack) {
	db := s.Claim.Spec.Database
	s.Add(planKey, "A snapshot of the database on the first of every month.", &backup.Plan{Spec: backup.PlanSpec{ForProvider: backup.PlanParameters{
		Region: &s.Region,
		Name:   ptr.To(s.Name("archive", stack.LimitBackup)),
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
			RecoveryPointTags:      s.Tags("archive"),
		}},
		Tags: s.Tags(planKey),
	}}}, stack.After(vaultKey))
}

func selection(s *stack.Stack) {
	s.Add(selectionKey, "Says that the plan is for the database's primary.", &backup.Selection{Spec: backup.SelectionSpec{ForProvider: backup.SelectionParameters{
		Region:        &s.Region,
		Name:          ptr.To(s.Name("database", stack.LimitBackup)),
		PlanIDRef:     s.Ref(planKey),
		IAMRoleArnRef: s.Ref("role-backup"),
		Resources:     []*string{ptr.To(s.RegionalARN("rds", "db:"+s.DatabaseID(stack.Primary)))},
	}}})
}
