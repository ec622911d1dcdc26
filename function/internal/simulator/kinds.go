package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// answers are what AWS says of a resource beyond what it was asked for, by kind.
var answers = map[string]func(*aws){
	"ec2/VPC":        func(a *aws) { a.at["ownerId"] = account; a.at["defaultNetworkAclId"] = "acl-0" + a.hash(16) },
	"ec2/EIP":        func(a *aws) { a.at["allocationId"] = a.at["id"]; a.at["publicIp"] = "203.0.113.10" },
	"ec2/NATGateway": func(a *aws) { a.at["publicIp"] = "203.0.113.10"; a.at["networkInterfaceId"] = "eni-0" + a.hash(16) },
	"ec2/Route":      func(a *aws) { a.at["state"] = "active" },
	"ec2/SecurityGroupRule": func(a *aws) {
		a.at["securityGroupRuleId"] = a.at["id"]
	},
	"ec2/VPCEndpoint": func(a *aws) { a.at["state"] = "available" },

	"elbv2/LB": func(a *aws) {
		name := a.param("name")
		a.arn("elasticloadbalancing", "loadbalancer/app/"+name+"/"+a.hash(16))
		a.at["id"] = a.at["arn"]
		a.at["arnSuffix"] = "app/" + name + "/" + a.hash(16)
		prefix := ""
		if internal, _ := a.params["internal"].(bool); internal {
			prefix = "internal-"
		}
		a.at["dnsName"] = prefix + name + "-1234567890." + a.region + ".elb.amazonaws.com"
		a.at["zoneId"] = "Z35SXDOTRQ7X7K"
		a.at["vpcId"] = "vpc-0" + a.hash(16)
	},
	"elbv2/LBTargetGroup": func(a *aws) {
		a.arn("elasticloadbalancing", "targetgroup/"+a.param("name")+"/"+a.hash(16))
		a.at["id"] = a.at["arn"]
		a.at["arnSuffix"] = "targetgroup/" + a.param("name") + "/" + a.hash(16)
	},
	"elbv2/LBListener": func(a *aws) {
		a.arn("elasticloadbalancing", "listener/app/"+a.name+"/"+a.hash(16))
		a.at["id"] = a.at["arn"]
	},

	"elbv2/LBListenerRule": func(a *aws) {
		a.arn("elasticloadbalancing", "listener-rule/app/"+a.name+"/"+a.hash(16))
		a.at["id"] = a.at["arn"]
	},

	"acm/Certificate":           certificate,
	"acm/CertificateValidation": func(a *aws) { a.at["id"] = "2026-01-02 03:04:05 +0000 UTC" },
	"route53/Zone": func(a *aws) {
		a.at["id"] = "Z" + strings.ToUpper(a.hash(13))
		a.at["zoneId"] = a.at["id"]
		a.at["arn"] = "arn:aws:route53:::hostedzone/" + a.at["id"].(string) //nolint:forcetypeassert // Set above.
		a.at["nameServers"] = []any{"ns-1.awsdns-01.org", "ns-2.awsdns-02.com", "ns-3.awsdns-03.net", "ns-4.awsdns-04.co.uk"}
	},
	"route53/Record": func(a *aws) {
		a.at["id"] = a.param("zoneId") + "_" + a.param("name") + "_" + a.param("type")
		a.at["fqdn"] = strings.TrimSuffix(a.param("name"), ".")
	},

	"cloudfront/ResponseHeadersPolicy": func(a *aws) { a.at["id"] = a.hash(8) + "-" + a.hash(12) },
	"cloudfront/VPCOrigin": func(a *aws) {
		a.at["id"] = "vo_" + a.hash(21)
		a.at["arn"] = "arn:aws:cloudfront::" + account + ":vpcorigin/" + a.at["id"].(string) //nolint:forcetypeassert // Set above.
	},
	"cloudfront/Distribution": func(a *aws) {
		a.at["id"] = "E" + strings.ToUpper(a.hash(13))
		a.at["arn"] = "arn:aws:cloudfront::" + account + ":distribution/" + a.at["id"].(string) //nolint:forcetypeassert // Set above.
		a.at["domainName"] = "d" + a.hash(13) + ".cloudfront.net"
		a.at["hostedZoneId"] = "Z2FDTNDATAQYW2"
		a.at["status"] = "Deployed"
	},
	"wafv2/WebACL": func(a *aws) {
		a.at["id"] = a.hash(8)
		a.arn("wafv2", "global/webacl/"+a.param("name")+"/"+a.hash(8))
		a.at["capacity"] = float64(902)
	},

	"wafv2/IPSet": func(a *aws) {
		a.at["id"] = a.hash(8)
		a.arn("wafv2", "global/ipset/"+a.param("name")+"/"+a.hash(8))
	},
	"wafv2/WebACLLoggingConfiguration": func(a *aws) { a.at["id"] = a.param("resourceArn") },

	"ecs/Cluster": func(a *aws) { a.arn("ecs", "cluster/"+a.external()) },
	"ecs/Service": func(a *aws) { a.arn("ecs", "service/"+a.param("cluster")+"/"+a.external()); a.at["id"] = a.at["arn"] },
	"ecs/TaskDefinition": func(a *aws) {
		a.arn("ecs", "task-definition/"+a.param("family")+":"+revision(a.name))
		a.at["id"] = a.param("family")
	},
	"appautoscaling/Target": func(a *aws) { a.arn("application-autoscaling", "scalable-target/"+a.hash(12)) },
	"appautoscaling/Policy": func(a *aws) {
		a.arn("autoscaling", "scalingPolicy:"+a.hash(12))
		a.at["alarmArns"] = []any{"arn:aws:cloudwatch:" + a.region + ":" + account + ":alarm:high", "arn:aws:cloudwatch:" + a.region + ":" + account + ":alarm:low"}
	},
	"ecr/Repository": func(a *aws) {
		a.arn("ecr", "repository/"+a.external())
		a.at["repositoryUrl"] = account + ".dkr.ecr." + a.region + ".amazonaws.com/" + a.external()
	},

	"rds/Instance": func(a *aws) {
		id := a.param("identifier")
		a.at["id"] = "db-" + strings.ToUpper(a.hash(26))
		a.arn("rds", "db:"+id)
		a.at["address"] = id + ".c" + digest(account+a.region, 11) + "." + a.region + ".rds.amazonaws.com"
		a.at["endpoint"] = a.at["address"].(string) + ":3306" //nolint:forcetypeassert // Set above.
		a.at["port"] = float64(3306)
		a.at["status"] = "available"
		a.at["resourceId"] = a.at["id"]
		a.at["latestRestorableTime"] = "2026-01-02T03:00:00Z"
		setDefault(a.at, "availabilityZone", a.region+"a")
		setDefault(a.at, "username", "admin")
		// A replica's is its primary's at first.
		setDefault(a.at, "allocatedStorage", float64(20))
		if managed, _ := a.params["manageMasterUserPassword"].(bool); managed {
			a.at["masterUserSecret"] = []any{map[string]any{"secretArn": "arn:aws:secretsmanager:" + a.region + ":" + account + ":secret:rds!" + strings.ToLower(a.at["id"].(string)) + "-" + a.hash(6)}} //nolint:forcetypeassert // Set above.
		}
	},
	"rds/Proxy": func(a *aws) {
		a.at["endpoint"] = a.external() + ".proxy-" + digest(account+a.region, 12) + "." + a.region + ".rds.amazonaws.com"
		a.arn("rds", "db-proxy:prx-0"+a.hash(16))
	},
	"rds/ProxyTarget": func(a *aws) { a.at["rdsResourceId"] = a.param("dbInstanceIdentifier") },
	"cloudformation/Stack": func(a *aws) {
		a.arn("cloudformation", "stack/"+a.param("name")+"/"+a.hash(16))
		a.at["id"] = a.at["arn"]
	},
	"serverlessrepo/CloudFormationStack": func(a *aws) {
		a.arn("cloudformation", "stack/serverlessrepo-"+a.param("name")+"/"+a.hash(16))
		a.at["id"] = a.at["arn"]
		parameters, _ := a.params["parameters"].(map[string]any)
		function, _ := parameters["functionName"].(string)
		a.at["outputs"] = map[string]any{"RotationLambdaARN": "arn:aws:lambda:" + a.region + ":" + account + ":function:" + function}
	},
	"secretsmanager/SecretRotation": func(a *aws) { a.at["rotationEnabled"] = true; a.at["id"] = a.param("secretId") },

	"rds/SubnetGroup":    func(a *aws) { a.arn("rds", "subgrp:"+a.external()); a.at["vpcId"] = "vpc-0" + a.hash(16) },
	"rds/ParameterGroup": func(a *aws) { a.arn("rds", "pg:"+a.external()) },

	"secretsmanager/Secret": func(a *aws) {
		a.arn("secretsmanager", "secret:"+a.param("name")+"-"+a.hash(6))
		a.at["id"] = a.at["arn"]
	},
	"secretsmanager/SecretVersion": func(a *aws) {
		a.at["id"] = "simulated|" + a.hash(12)
		a.at["versionId"] = a.hash(12)
		a.at["versionStages"] = []any{"AWSCURRENT"}
	},

	"kms/Key": func(a *aws) {
		a.at["id"] = a.hash(8) + "-" + a.hash(4) + "-4" + a.hash(3) + "-a" + a.hash(3) + "-" + a.hash(12)
		a.at["keyId"] = a.at["id"]
		a.arn("kms", "key/"+a.at["id"].(string)) //nolint:forcetypeassert // Set above.
	},
	"kms/Alias": func(a *aws) { a.arn("kms", "alias/"+a.external()) },

	"iam/Role": func(a *aws) {
		a.at["arn"] = "arn:aws:iam::" + account + ":role/" + a.external()
		a.at["uniqueId"] = "AROA" + strings.ToUpper(a.hash(16))
	},

	"sqs/Queue": func(a *aws) {
		a.at["url"] = "https://sqs." + a.region + ".amazonaws.com/" + account + "/" + a.param("name")
		a.at["id"] = a.at["url"]
		a.arn("sqs", a.param("name"))
	},
	"sns/Topic":             func(a *aws) { a.arn("sns", a.external()); a.at["id"] = a.at["arn"] },
	"sns/TopicSubscription": func(a *aws) { a.arn("sns", "subscription"); a.at["pendingConfirmation"] = true },

	"cloudwatch/MetricAlarm":    func(a *aws) { a.arn("cloudwatch", "alarm:"+a.external()) },
	"cloudwatch/CompositeAlarm": func(a *aws) { a.arn("cloudwatch", "alarm:"+a.external()) },
	"budgets/Budget": func(a *aws) {
		a.at["arn"] = "arn:aws:budgets::" + account + ":budget/" + a.external()
	},
	"cloudwatch/Dashboard": func(a *aws) {
		a.at["dashboardArn"] = "arn:aws:cloudwatch::" + account + ":dashboard/" + a.external()
	},
	"cloudwatchlogs/Group": func(a *aws) { a.arn("logs", "log-group:"+a.external()) },

	"s3/Bucket": func(a *aws) { a.at["arn"] = "arn:aws:s3:::" + a.external() },

	"backup/Vault": func(a *aws) { a.arn("backup", "backup-vault:"+a.external()) },
	"backup/Plan": func(a *aws) {
		a.at["id"] = a.hash(12)
		a.arn("backup", "backup-plan:"+a.hash(12))
		a.at["version"] = a.hash(12)
	},
	"backup/Selection": func(a *aws) { a.at["id"] = a.hash(12) },
}

// certificate wants each name to be proven, in an order that means nothing. The
// record depends on the name alone, not on the certificate.
func certificate(a *aws) {
	a.arn("acm", "certificate/"+a.hash(12))
	a.at["id"] = a.at["arn"]
	a.at["status"] = "PENDING_VALIDATION"
	names := []any{a.params["domainName"]}
	if more, ok := a.params["subjectAlternativeNames"].([]any); ok {
		names = append(names, more...)
	}
	slices.SortFunc(names, func(x, y any) int { return strings.Compare(digest(fmt.Sprint(x), 8), digest(fmt.Sprint(y), 8)) })
	options := make([]any, 0, len(names))
	for _, n := range names {
		name := fmt.Sprint(n)
		options = append(options, map[string]any{
			"domainName":          name,
			"resourceRecordName":  "_" + digest(name, 32) + "." + name + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + digest("value "+name, 32) + ".acm-validations.aws.",
		})
	}
	a.at["domainValidationOptions"] = options
}

// revision is a task definition's revision: a number that its name decides.
func revision(name string) string {
	n, _ := strconv.ParseUint(digest(name, 4), 16, 32)
	return strconv.FormatUint(n%97+1, 10)
}

// connection are the connection details that provider-aws writes for a resource.
func connection(o map[string]any) map[string][]byte {
	if Text(o, "kind") != "Instance" || Text(o, "spec", "writeConnectionSecretToRef", "name") == "" {
		return nil
	}
	at := o["status"].(map[string]any)["atProvider"].(map[string]any) //nolint:forcetypeassert // answer has set both.
	return map[string][]byte{
		"endpoint":           []byte(Text(at, "endpoint")),
		"address":            []byte(Text(at, "address")),
		"host":               []byte(Text(at, "address")),
		"port":               []byte("3306"),
		"username":           []byte(Text(at, "username")),
		"password":           []byte(password(o)),
		"attribute.password": []byte(password(o)),
	}
}

// password is another one for every Secret that the provider generates it into.
func password(o map[string]any) string {
	_, generation, _ := strings.Cut(Text(o, "spec", "forProvider", "passwordSecretRef", "name"), "-password-g")
	if generation == "1" {
		return Password
	}
	return Password + generation
}

// Password is what every simulated database has. Tests look for it where it
// must not be.
const Password = "simulated-p@ss/word"
