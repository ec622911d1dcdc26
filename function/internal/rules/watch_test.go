package rules

const alarmsOfAClaim = `
claim:
  database: {instanceClass: db.t3.micro, storageGiB: 20}
  alarms: {thresholds: {serviceCPUPercent: 90, serviceMemoryPercent: 90, errorPercent: 5, databaseCPUPercent: 90, databaseFreeStoragePercent: 10, blockedRequests: 1000}}
unsettled: true
desired:
  topic-alarms: {aws: sns/Topic, at: {arn: 'arn:topic'}}
  cluster: {aws: ecs/Cluster, external: shop-807061}
  alb-public: {aws: elbv2/LB, at: {arnSuffix: app/public}}
  db-primary: {aws: rds/Instance, with: {identifier: shop-db}}
  alarm-frontend-cpu:
    aws: cloudwatch/MetricAlarm
    with: {region: us-east-1, namespace: AWS/ECS, metricName: CPUUtilization, statistic: Average, dimensions: {ClusterName: shop-807061, ServiceName: frontend},
      period: 300, evaluationPeriods: 3, datapointsToAlarm: 3, comparisonOperator: GreaterThanThreshold, threshold: 90, treatMissingData: notBreaching, alarmActions: ['arn:topic'], okActions: ['arn:topic']}
  alarm-db-primary-storage:
    aws: cloudwatch/MetricAlarm
    with: {region: us-east-1, namespace: AWS/RDS, metricName: FreeStorageSpace, statistic: Minimum, dimensions: {DBInstanceIdentifier: shop-db},
      period: 300, evaluationPeriods: 1, datapointsToAlarm: 1, comparisonOperator: LessThanThreshold, threshold: 2147483648, treatMissingData: ignore, alarmActions: ['arn:topic'], okActions: ['arn:topic']}
  alarm-db-primary-connections:
    aws: cloudwatch/MetricAlarm
    with: {region: us-east-1, namespace: AWS/RDS, metricName: DatabaseConnections, statistic: Maximum, dimensions: {DBInstanceIdentifier: shop-db},
      period: 60, evaluationPeriods: 5, datapointsToAlarm: 5, comparisonOperator: GreaterThanThreshold, threshold: 51, treatMissingData: ignore, alarmActions: ['arn:topic'], okActions: ['arn:topic']}
  alarm-public-5xx:
    aws: cloudwatch/MetricAlarm
    with:
      {region: us-east-1, evaluationPeriods: 1, datapointsToAlarm: 1, comparisonOperator: GreaterThanThreshold, threshold: 5, treatMissingData: notBreaching, alarmActions: ['arn:topic'], okActions: ['arn:topic'],
      metricQuery: [
      {id: forwarded, returnData: false, metric: {namespace: AWS/ApplicationELB, metricName: RequestCount, stat: Sum, period: 300, dimensions: {LoadBalancer: app/public}}},
      {id: balancer, returnData: false, metric: {namespace: AWS/ApplicationELB, metricName: HTTPCode_ELB_5XX_Count, stat: Sum, period: 300, dimensions: {LoadBalancer: app/public}}},
      {id: targets, returnData: false, metric: {namespace: AWS/ApplicationELB, metricName: HTTPCode_Target_5XX_Count, stat: Sum, period: 300, dimensions: {LoadBalancer: app/public}}},
      {id: requests, expression: 'FILL(forwarded, 0) + FILL(balancer, 0)'},
      {id: percent, returnData: true, expression: '100 * (FILL(balancer, 0) + FILL(targets, 0)) / IF(requests < 100, 100, requests)'}]}
`

const topicOfAClaim = `
claim: {alarms: {monthlyBudgetUSD: 500, emails: [ops@example.org]}}
desired:
  vpc: {aws: ec2/VPC, at: {ownerId: '111122223333'}}
  topic-alarms: {aws: sns/Topic, with: {region: us-east-1}, at: {arn: 'arn:topic'}}
  topicpolicy-alarms:
    aws: sns/TopicPolicy
    with:
      arnRef: {name: shop-topic-alarms}
      policy: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]},
        "Action": "sns:Publish", "Resource": "arn:topic", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}]}
  subscription-1: {aws: sns/TopicSubscription, with: {region: us-east-1, topicArnRef: {name: shop-topic-alarms}, protocol: email, endpoint: ops@example.org}}
  alarm-backend-cpu: {aws: cloudwatch/MetricAlarm, with: {alarmActions: ['arn:topic']}}
  budget:
    aws: budgets/Budget
    external: shop-807061-monthly
    with:
      limitAmount: '500'
      limitUnit: USD
      timeUnit: MONTHLY
      budgetType: COST
      costFilter: [{name: TagKeyValue, values: ['user:kasha.io/stack$shop-807061']}]
      notification:
        - {notificationType: ACTUAL, comparisonOperator: GREATER_THAN, threshold: 80, thresholdType: PERCENTAGE, subscriberSnsTopicArns: ['arn:topic']}
        - {notificationType: FORECASTED, comparisonOperator: GREATER_THAN, threshold: 100, thresholdType: PERCENTAGE, subscriberSnsTopicArns: ['arn:topic']}
`

var watchExamples = map[string]example{
	"watch-alarms": {alarmsOfAClaim, map[string]breakage{
		"Inverted":       {"desired: {alarm-frontend-cpu: {with: {comparisonOperator: LessThanThreshold}}}", `alarm-frontend-cpu has comparisonOperator "LessThanThreshold", want "GreaterThanThreshold"`},
		"OtherMetric":    {"desired: {alarm-frontend-cpu: {with: {metricName: MemoryUtilization}}}", `alarm-frontend-cpu has metricName "MemoryUtilization"`},
		"OtherThreshold": {"claim: {alarms: {thresholds: {serviceCPUPercent: 80}}}", `alarm-frontend-cpu has threshold "90", want "80"`},
		"OtherService":   {"desired: {alarm-frontend-cpu: {with: {dimensions: {ServiceName: backend}}}}", "alarm-frontend-cpu has dimensions"},
		"OtherSilence":   {"desired: {alarm-db-primary-storage: {with: {treatMissingData: notBreaching}}}", `alarm-db-primary-storage has treatMissingData "notBreaching", want "ignore"`},
		"OtherClass":     {"claim: {database: {instanceClass: db.t4g.medium}}", `alarm-db-primary-connections has threshold "51", want "204"`},
		"ClaimsNumber":   {"claim: {alarms: {thresholds: {databaseConnections: 20}}}", `alarm-db-primary-connections has threshold "51", want "20"`},
		"TellsNobody":    {"desired: {alarm-frontend-cpu: {with: {alarmActions: []}}}", `alarm-frontend-cpu has alarmActions ""`},
		"Off":            {"desired: {alarm-frontend-cpu: {with: {actionsEnabled: false}}}", `alarm-frontend-cpu has actionsEnabled "false"`},
		"OtherSum":       {"desired: {alarm-public-5xx: {with: {metricQuery: [{id: percent, returnData: true, expression: '0'}]}}}", "alarm-public-5xx has metricQuery"},
		"Unknown":        {"desired: {alarm-cache-cpu: {aws: cloudwatch/MetricAlarm}}", "alarm-cache-cpu is not in the table of alarms"},
		"MissingAtRest":  {"unsettled: false", "alarm-waf-blocked is missing"},
	}},
	"watch-critical": {`
desired:
  topic-alarms: {aws: sns/Topic, at: {arn: 'arn:topic'}}
  alarm-public-5xx: {aws: cloudwatch/MetricAlarm, external: shop-public-5xx}
  alarm-internal-5xx: {aws: cloudwatch/MetricAlarm, external: shop-internal-5xx}
  alarm-db-primary-storage: {aws: cloudwatch/MetricAlarm, external: shop-storage}
  alarm-db-primary-connections: {aws: cloudwatch/MetricAlarm, external: shop-connections}
  alarm-critical:
    aws: cloudwatch/CompositeAlarm
    with: {region: us-east-1, alarmActions: ['arn:topic'], okActions: ['arn:topic'],
      alarmRule: 'ALARM("shop-public-5xx") OR ALARM("shop-internal-5xx") OR ALARM("shop-storage") OR ALARM("shop-connections")'}
`, map[string]breakage{
		"And":         {`desired: {alarm-critical: {with: {alarmRule: 'ALARM("shop-public-5xx") AND ALARM("shop-internal-5xx")'}}}`, "alarm-critical rings for []"},
		"OK":          {`desired: {alarm-critical: {with: {alarmRule: 'OK("shop-public-5xx")'}}}`, "alarm-critical rings for []"},
		"OtherName":   {"desired: {alarm-public-5xx: {external: shop-other}}", "alarm-critical rings for"},
		"TellsNobody": {"desired: {alarm-critical: {with: {alarmActions: null}}}", "alarm-critical does not tell the claim's topic"},
		"Missing":     {"desired: {alarm-critical: null}", "alarm-critical is missing"},
	}},
	"watch-budget": {topicOfAClaim, map[string]breakage{
		"OtherAmount": {"claim: {alarms: {monthlyBudgetUSD: 600}}", "budget is map[limit:500 USD MONTHLY COST"},
		"WholeBill":   {"desired: {budget: {with: {costFilter: null}}}", "budget is"},
		"TooLate":     {"desired: {budget: {with: {notification: [{notificationType: ACTUAL, comparisonOperator: GREATER_THAN, threshold: 100, thresholdType: PERCENTAGE}]}}}", "budget is"},
		"NotAsked":    {"claim: {alarms: {monthlyBudgetUSD: null}}", "budget is"},
		"Missing":     {"desired: {budget: null}", "budget is missing"},
	}},
	"watch-topic-policy": {topicOfAClaim, map[string]breakage{
		"NoPolicy":     {"desired: {topicpolicy-alarms: null}", "topic-alarms does not admit alarm-backend-cpu"},
		"OtherTopic":   {"desired: {topicpolicy-alarms: {with: {arnRef: {name: shop-topic-other}}}}", "topic-alarms does not admit alarm-backend-cpu"},
		"OtherAccount": {"desired: {vpc: {at: {ownerId: '444455556666'}}}", "topic-alarms does not admit budget"},
		"OtherAction":  {`desired: {topicpolicy-alarms: {with: {policy: '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Subscribe", "Resource": "arn:topic"}]}'}}}`, "topic-alarms does not admit alarm-backend-cpu"},
	}},
	"watch-subscriptions": {topicOfAClaim, map[string]breakage{
		"Missing":     {"claim: {alarms: {emails: [ops@example.org, boss@example.org]}}", "topic-alarms does not tell boss@example.org"},
		"Somebody":    {"claim: {alarms: {emails: []}}", "subscription-1 tells ops@example.org of topic-alarms by email"},
		"BySMS":       {"desired: {subscription-1: {with: {protocol: sms}}}", "subscription-1 tells ops@example.org of topic-alarms by sms"},
		"OtherRegion": {"desired: {subscription-1: {with: {region: eu-west-1}}}", "subscription-1 tells"},
	}},
	"watch-log-groups": {`
claim: {logs: {retentionDays: 30}}
desired:
  cluster: {aws: ecs/Cluster, external: shop}
  db-primary: {aws: rds/Instance, with: {identifier: shop-db, enabledCloudwatchLogsExports: [error]}}
  loggroup-a: {aws: cloudwatchlogs/Group, external: /aws/ecs/containerinsights/shop/performance, with: {retentionInDays: 30}}
  loggroup-b: {aws: cloudwatchlogs/Group, external: /aws/rds/instance/shop-db/error, with: {retentionInDays: 30}}
`, map[string]breakage{
		"OneMore":   {"desired: {db-primary: {with: {enabledCloudwatchLogsExports: [error, general]}}}", "db-primary writes to the log group /aws/rds/instance/shop-db/general, which is not composed"},
		"OtherName": {"desired: {cluster: {external: other}}", "cluster writes to the log group /aws/ecs/containerinsights/other/performance"},
		"Forever":   {"desired: {loggroup-a: {with: {retentionInDays: null}}}", `loggroup-a is kept for "" days, want 30`},
		"Container": {`desired: {taskdefinition-backend-1: {aws: ecs/TaskDefinition, with: {containerDefinitions: '[{"logConfiguration": {"options": {"awslogs-group": "/kasha/backend"}}}]'}}}`, "taskdefinition-backend-1 writes to the log group /kasha/backend"},
	}},
}
