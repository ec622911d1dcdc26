package backup

import (
	"fmt"
	"strings"

	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

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

func selection(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.Selection, "Applies the backup plan to the database's primary.",
		&backup.Selection{Spec: backup.SelectionSpec{ForProvider: backup.SelectionParameters{
			Region:        &s.Region,
			Name:          ptr.To(s.Name("database", plan.LimitBackup)),
			PlanIDRef:     s.Ref(keys.BackupPlan),
			IAMRoleArnRef: s.Ref(keys.Role(keys.BackupRole)),
			Resources:     []*string{ptr.To(p.RegionalARN("rds", "db:"+p.DatabaseID(keys.Primary)))},
		}}})
}

// tables adds the tables that are archived. The plan copies their snapshots like those of the
// database, which AWS Backup does for tables only in an account with its advanced features.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html
func tables(s *stack.Stack, p *plan.Plan) {
	var arns []*string
	var names []string
	for _, t := range s.Claim.Spec.Tables {
		if ptr.Deref(t.Archive, true) {
			arns = append(arns, ptr.To(p.RegionalARN("dynamodb", "table/"+p.TableName(t.Name))))
			names = append(names, t.Name)
		}
	}
	if len(arns) == 0 {
		return
	}
	key := keys.TableSelection(strings.Join(names, " "))
	digest := strings.TrimPrefix(string(key), keys.TableSelectionPrefix)
	s.Add(key, "Applies the backup plan to the tables.",
		&backup.Selection{Spec: backup.SelectionSpec{ForProvider: backup.SelectionParameters{
			Region:        &s.Region,
			Name:          ptr.To(s.Name("tables-"+digest, plan.LimitBackup)),
			PlanIDRef:     s.Ref(keys.BackupPlan),
			IAMRoleArnRef: s.Ref(keys.Role(keys.BackupRole)),
			Resources:     arns,
		}}})
}
