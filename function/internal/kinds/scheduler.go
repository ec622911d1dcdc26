package kinds

import scheduler "github.com/upbound/provider-aws/v2/apis/namespaced/scheduler/v1beta1"

var schedulerKinds = []Record{
	{
		GVK: scheduler.Schedule_GroupVersionKind, Object: &scheduler.Schedule{},
		Keys: []string{"schedule-*"},
		Actions: []string{
			"scheduler:CreateSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule",
			"scheduler:DeleteSchedule",
		},
		PassesRoleTo: "scheduler.amazonaws.com",
		Proofs:       []Proof{{Field: "arn"}},
		Immutable:    []string{"name", "groupName"},
		Simulated:    func(a *Answer) { a.arn("scheduler", "schedule/"+a.External()) },
	},
	{
		GVK: scheduler.ScheduleGroup_GroupVersionKind, Object: &scheduler.ScheduleGroup{},
		Keys: []string{"schedulegroup"},
		Actions: []string{
			"scheduler:CreateScheduleGroup", "scheduler:GetScheduleGroup", "scheduler:DeleteScheduleGroup",
			"scheduler:TagResource", "scheduler:UntagResource", "scheduler:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"name"},
		Simulated: func(a *Answer) { a.arn("scheduler", "schedule-group/"+a.External()) },
	},
}
