"""How published tables name their columns."""

import re

# As published data sets spell them, without case, spaces, - and _. Of several the first is read.
USERS = tuple(
    """
    userid user uid username reviewerid customerid memberid sessionid visitorid steamid
    """.split()
)
ITEMS = tuple(
    """
    itemid item iid movieid movie parentasin asin productid videoid businessid venueid
    locationid poiid placeid gmapid trackid songid artistid bookid isbn newsid animeid
    appid gameid recipeid goodsid articleid
    """.split()
)
TIMES = tuple(
    """
    timestamp timestampms timems unixreviewtime unixtime time ts eventtime datetime
    utctime utctimestamp reviewtime reviewdate date eventdate dateadded createdat playedat tdat
    """.split()
)


def plain(name: str) -> str:
    """A name without case, spaces, - and _, as above."""
    return re.sub(r"[\s_-]", "", name).lower()
