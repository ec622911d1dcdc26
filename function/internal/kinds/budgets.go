package kinds

import budgets "github.com/upbound/provider-aws/v2/apis/namespaced/budgets/v1beta1"

var budgetsKinds = []Record{
	{
		GVK: budgets.Budget_GroupVersionKind, Object: &budgets.Budget{},
		Keys: []string{"budget"},
		Actions: []string{
			"budgets:ModifyBudget", "budgets:ViewBudget", "budgets:TagResource", "budgets:UntagResource",
			"budgets:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Simulated: func(a *Answer) { a.globalARN("budgets", "budget/"+a.External()) },
	},
}
