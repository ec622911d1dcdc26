package plan

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/policy"
)

// A workerBinding lets workers protect themselves from being stopped in the middle of long
// work: by scaling and by deployments, but not by Spot.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
type workerBinding struct {
	nothing
	p *Plan
}

func (workerBinding) Serves(kind v1alpha1.WorkloadKind) bool { return kind == v1alpha1.WorkloadWorker }

func (workerBinding) Variables() []Variable { return nil }

// Grant is for the tasks of the claim's own cluster.
func (b workerBinding) Grant() Grant {
	if len(b.p.Claim.Spec.Workers) == 0 {
		return Grant{}
	}
	tasks := policy.List{b.p.RegionalARN("ecs", "task/"+b.p.stack.ID+"/*")}
	return Grant{Statements: policy.Document{
		policy.Permit("TaskProtection", tasks, "ecs:GetTaskProtection", "ecs:UpdateTaskProtection"),
	}}
}
