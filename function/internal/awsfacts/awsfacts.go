// Package awsfacts has facts that AWS has published. The function makes no API calls, so it
// cannot ask AWS for them.
package awsfacts

import (
	"slices"
	"strings"
)

// CloudFrontPrefixList returns the ID of a region's managed prefix list of the
// addresses that CloudFront connects to origins from
// (com.amazonaws.global.cloudfront.origin-facing), and whether it is known.
func CloudFrontPrefixList(region string) (string, bool) {
	id, ok := cloudFrontPrefixLists[region]
	return id, ok
}

// cloudFrontPrefixLists has the IDs that aws ec2 describe-managed-prefix-lists shows in each
// region. AWS creates the lists and never changes their IDs, but does not document all of
// them. Public CloudFormation templates agree on these IDs in their mapping
// AWSRegions2PrefixListID, whose origin is
// https://aws.amazon.com/blogs/networking-and-content-delivery/limit-access-to-your-origins-using-the-aws-managed-prefix-list-for-amazon-cloudfront/.
// A wrong ID opens nothing: AWS rejects the security group rule.
var cloudFrontPrefixLists = map[string]string{
	"ap-northeast-1": "pl-58a04531",
	"ap-northeast-2": "pl-22a6434b",
	"ap-northeast-3": "pl-31a14458",
	"ap-south-1":     "pl-9aa247f3",
	"ap-southeast-1": "pl-31a34658",
	"ap-southeast-2": "pl-b8a742d1",
	"ca-central-1":   "pl-38a64351",
	"eu-central-1":   "pl-a3a144ca",
	"eu-north-1":     "pl-fab65393",
	"eu-west-1":      "pl-4fa04526",
	"eu-west-2":      "pl-93a247fa",
	"eu-west-3":      "pl-75b1541c",
	"sa-east-1":      "pl-5da64334",
	"us-east-1":      "pl-3b927c52",
	"us-east-2":      "pl-b6a144df",
	"us-west-1":      "pl-4ea04527",
	"us-west-2":      "pl-82a045eb",
}

// ZonesDiffer returns why not every account can use the zones a and b of a region. It is
// empty where every account can.
func ZonesDiffer(region string) string { return differingZones[region] }

// differingZones are the regions in which not every account can use the zones a and b.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
var differingZones = map[string]string{
	"ap-northeast-1": "newer accounts cannot use zone b",
	"us-west-1":      "an account has only two of the zones a, b and c, and accounts differ in which two",
}

// WithoutFargate returns the ID of a zone that has no Fargate in any account, or an empty
// string. In most regions the letter of a zone stands for another place in each account, so
// only a few zones are known by name.
func WithoutFargate(zone string) string { return zonesWithoutFargate[zone] }

// zonesWithoutFargate are zones that came after the region's first ones, by name. AWS lists
// the IDs that have Fargate:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
var zonesWithoutFargate = map[string]string{"ca-central-1d": "cac1-az4"}

// HasFargate tells whether a zone, by its ID, is in AWS's list of zones with Fargate. AWS lists
// zones only for regions in which not all of them have it.
func HasFargate(region, zoneID string) bool {
	ids, listed := fargateZones[region]
	return !listed || slices.Contains(ids, zoneID)
}

// fargateZones are from AWS's page of 2025. Older copies of it also have ca-central-1 (cac1-az1
// and cac1-az2 only), newer ones do not.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
var fargateZones = map[string][]string{
	"ap-northeast-1": {"apne1-az1", "apne1-az2", "apne1-az4"},
	"us-west-1":      {"usw1-az1", "usw1-az3"},
}

// WithoutNAT tells whether AWS has refused NAT gateways in a zone, by its ID. AWS has no list:
// its message NotAvailableInZone says it. This zone is from public reports of that message.
// https://github.com/sysdiglabs/terraform-aws-secure-for-cloud/pull/52
func WithoutNAT(zoneID string) bool { return zoneID == "apne1-az3" }

// WithoutProxy tells whether a zone, by its ID, has no RDS Proxy.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
func WithoutProxy(zoneID string) bool { return zoneID == "use1-az3" }

// AWS is the partition of the commercial regions. Only this partition has CloudFront
// distributions with WAF.
const AWS = "aws"

// Partition returns the partition of a region: the second part of its ARNs. The
// prefixes are those of the regionRegex of each partition in the AWS SDKs
// (https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json).
func Partition(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return AWS
}

var partitions = []struct{ prefix, name string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-iso-", "aws-iso"},
	{"us-isob-", "aws-iso-b"},
	{"eu-isoe-", "aws-iso-e"},
	{"us-isof-", "aws-iso-f"},
	{"eusc-", "aws-eusc"},
}
