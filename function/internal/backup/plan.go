package backup

import (
	"fmt"

	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// startMinutes is the shortest start window that AWS allows.
	startMinutes = 60
	// completionHours is how long a job may take, where a claim of an older XRD does not
	// say it.
	completionHours = 12
	minutesPerHour  = 60
)

// monthly adds the backup plan. It does not back up continuously, because AWS Backup
// would then take over the database's own backup window and retention.
func monthly(s *stack.Stack) {
	db, keep := s.Claim.Spec.Database, float64(days(s.Claim.Spec.Backup.ArchiveYears))
	schedule := fmt.Sprintf("cron(0 %d 1 * ? *)", hour(db.BackupWindow, db.MaintenanceWindow))
	s.Add(keys.BackupPlan, "Takes a snapshot of the database on the first of every month.",
		&backup.Plan{Spec: backup.PlanSpec{ForProvider: backup.PlanParameters{
			Region: &s.Region,
			Name:   ptr.To(s.Name("archive", plan.LimitBackup)),
			Rule: []backup.RuleParameters{{
				RuleName: ptr.To("monthly"),
				// A name, because the provider and Crossplane would overwrite a reference
				// inside a list in turns.
				TargetVaultName: ptr.To(vaultName(s)),
				Schedule:        &schedule,
				StartWindow:     ptr.To(float64(startMinutes)),
				CompletionWindow: ptr.To(
					float64(minutesPerHour * ptr.Deref(s.Claim.Spec.Backup.CompletionHours, completionHours))),
				EnableContinuousBackup: ptr.To(false),
				Lifecycle:              &backup.RuleLifecycleParameters{DeleteAfter: &keep},
				CopyAction:             copyActions(s),
				RecoveryPointTags:      s.Tags(keys.RecoveryPoints),
			}},
			Tags: s.Tags(keys.BackupPlan),
		}}}, stack.After(keys.Vault))
}

// selections apply the plan. AWS cannot change a selection, so each engine has one of its own.
func selections(s *stack.Stack, p *plan.Plan) {
	for _, system := range p.Database.Systems {
		if system.Copying() {
			continue
		}
		key, name, purpose := keys.Selection, "database", "Applies the backup plan to the database's primary."
		if system.Engine() == v1alpha1.AuroraMySQL {
			key, name, purpose = keys.ClusterSelection, "cluster", "Applies the backup plan to the cluster."
		}
		s.Add(key, purpose,
			&backup.Selection{Spec: backup.SelectionSpec{ForProvider: backup.SelectionParameters{
				Region:        &s.Region,
				Name:          ptr.To(s.Name(name, plan.LimitBackup)),
				PlanIDRef:     s.Ref(keys.BackupPlan),
				IAMRoleArnRef: s.Ref(keys.Role(keys.BackupRole)),
				Resources:     []*string{ptr.To(system.ARN())},
			}}})
	}
}
