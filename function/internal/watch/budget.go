package watch

import (
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	budgets "github.com/upbound/provider-aws/v2/apis/namespaced/budgets/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// limitBudget is the limit for budget names.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
const limitBudget = 100

// earlyPercent is the part of the budget, in percent, at which the first notification
// is sent.
const earlyPercent = 80

// budget watches what the claim costs, by the tag that all its resources have. It
// belongs to the account and has no region; its topic has.
func budget(s *stack.Stack) {
	usd := s.Claim.Spec.Alarms.MonthlyBudgetUSD
	if usd == nil {
		return
	}
	// The function fills in what follows the estimate, which it knows only when everything is composed.
	var limit *string
	if usd.Type == intstr.Int {
		limit = ptr.To(usd.String())
	}
	topic := []*string{ptr.To(stack.ARN(home(s).topic))}
	tell := func(kind string, percent float64) budgets.NotificationParameters {
		return budgets.NotificationParameters{
			ComparisonOperator:     ptr.To("GREATER_THAN"),
			NotificationType:       &kind,
			Threshold:              &percent,
			ThresholdType:          ptr.To("PERCENTAGE"),
			SubscriberSnsTopicArns: topic,
		}
	}
	s.Add(keys.Budget, "Notifies when the claim is about to cost more than its monthly budget.",
		&budgets.Budget{Spec: budgets.BudgetSpec{ForProvider: budgets.BudgetParameters{
			BudgetType:  ptr.To("COST"),
			TimeUnit:    ptr.To("MONTHLY"),
			LimitAmount: limit,
			LimitUnit:   ptr.To("USD"),
			CostFilter: []budgets.CostFilterParameters{{
				Name:   ptr.To("TagKeyValue"),
				Values: []*string{ptr.To("user:kasha.io/stack$" + s.ID)},
			}},
			Notification: []budgets.NotificationParameters{tell("ACTUAL", earlyPercent), tell("FORECASTED", 100)},
			Tags:         s.Tags(keys.Budget),
		}}}, stack.ExternalName(s.Name("monthly", limitBudget)), stack.After(home(s).policy))
}
